//! How much of a real server's oplog is left behind the places that were followed to.

use daybook::app::App;
use daybook::clock::Clock;
use daybook::config::{Config, Overrides};
use daybook::watch::Watch;
use test_support::TestMongo;

use crate::world::World;

#[tokio::test]
async fn the_oplog_of_the_source_is_looked_at() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let settings = [
        ("DATABASE_URL".to_owned(), world.database.url()),
        ("DAYBOOK_SOURCE".to_owned(), mongo.uri().to_owned()),
    ];
    let config = Config::load(&Overrides::default(), settings.into_iter()).unwrap();
    let app = App::new(config, Clock::System).unwrap();
    let watch = Watch::new(&app.config);
    assert!(watch.oplog().is_none(), "nobody has looked");
    let orders = mongo
        .database()
        .await
        .collection::<bson::Document>("shopee_orders");
    orders
        .insert_one(bson::doc! { "order_sn": "A" })
        .await
        .unwrap();
    let before = jiff::Timestamp::now();
    watch.look(&app).await;
    let oplog = watch.oplog().expect("the server answers");
    let Some(start) = oplog.start() else {
        assert!(
            tells_how_full_it_is(mongo.uri()).await,
            "only an oplog that is known not to be full is let off"
        );
        return;
    };
    assert!(
        start <= jiff::Timestamp::now() && start > before - jiff::SignedDuration::from_hours(48),
        "{start}"
    );
}

/// Whether the server says so of its oplog. A `mongod` does; the tests' other server does not.
async fn tells_how_full_it_is(uri: &str) -> bool {
    let client = mongodb::Client::with_uri_str(uri).await.unwrap();
    let stats = bson::doc! { "$collStats": { "storageStats": {} } };
    let oplog = client
        .database("local")
        .collection::<bson::Document>("oplog.rs");
    match oplog.aggregate([stats]).await {
        Ok(mut told) => told.advance().await.is_ok_and(|is_there| is_there),
        Err(_) => false,
    }
}
