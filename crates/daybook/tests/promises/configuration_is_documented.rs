//! Every setting is in `config.example.toml`, with its default, and the file can be used as it is.

use crate::world::World;

#[tokio::test]
async fn in_a_file_that_names_every_setting_and_can_be_used() {
    let kept = include_str!("../../../../config.example.toml");
    let world = World::empty().await;
    let printed = world.run(&["config", "example"]).exits_with(0).stdout;
    assert_eq!(
        printed, kept,
        "run: daybook config example > config.example.toml"
    );

    std::fs::write(world.path("daybook.toml"), kept).unwrap();
    world.run(&["config", "check"]).exits_with(0);
    let settings = world.json(&["config", "show"]);
    for setting in settings.as_array().unwrap() {
        let name = setting["key"].as_str().unwrap().split_once('.').unwrap().1;
        assert!(kept.contains(&format!("{name} = ")), "{setting}");
        assert!(kept.contains(setting["env"].as_str().unwrap()), "{setting}");
        let of_environment = setting["origin"]
            .as_str()
            .unwrap()
            .starts_with("environment");
        if setting["default"].is_string() && !of_environment {
            assert_eq!(setting["value"], setting["default"], "{setting}");
        }
    }
}
