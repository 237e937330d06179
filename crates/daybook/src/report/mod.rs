//! What people ask of the figures: a range, its totals, a comparison, the orders behind a figure. The API and the
//! dashboard stand on the same answers.
