//! The promises, each against a real PostgreSQL and a real MongoDB-compatible server.

#![allow(missing_docs, reason = "a test binary has no documentation")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests connect to the server itself, and may ask what time it is"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod after_a_promotion;
mod bad_input_names_the_fix;
mod bad_values_cost_their_own_order;
mod categories;
mod changed_orders_mark_both_days;
mod configuration_is_documented;
mod demo_runs_from_nothing;
mod disk_full_loses_nothing;
mod exact_at_every_commit;
mod failed_at_every_call;
mod final_days;
mod first_loads;
mod following_loses_nothing;
mod generated_orders_give_expected_figures;
mod grains;
mod hazards_of_the_journal;
mod init_asks_and_tries;
mod interleavings;
mod killed_at_any_moment;
mod known_documents;
mod mongodb_is_read_whole;
mod no_personal_data;
mod order_is_a_function_of_its_versions;
mod random_histories;
mod source_documents;
mod specification_queries_run_unchanged;
mod through_a_pooler;
mod upgraded_beside_writers;
mod validate_and_repair;
mod world;
mod writers_of_every_kind;
