//! The promises, each against a real PostgreSQL and a real MongoDB-compatible server.

mod bad_input_names_the_fix;
mod changed_orders_mark_both_days;
mod configuration_is_documented;
mod demo_runs_from_nothing;
mod generated_orders_give_expected_figures;
mod killed_at_any_moment;
mod no_personal_data;
mod order_is_a_function_of_its_versions;
mod specification_queries_run_unchanged;
mod validate_and_repair;
mod world;
