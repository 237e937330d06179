//! Questions about figures, put to the layer that the API and the dashboard stand on. Every answer is computed again from
//! `orders`, by other means.

mod answers;
mod comparisons;

use daybook::app::App;
use daybook::clock::{BusinessClock, Clock};
use daybook::config::{Config, Overrides};
use daybook::db::Pool;
use jiff::civil::{Date, DateTime, date};
use tokio_postgres::Client;

use crate::world::World;

/// The last day with generated orders.
pub const LAST_DAY: Date = date(2026, 11, 12);

/// A database with some thousand orders of 40 days, some of them written by hand, and products in categories.
pub struct Business {
    pub world: World,
    pub client: Client,
    pool: Pool,
}

impl Business {
    pub async fn open() -> Self {
        let world = World::migrated().await;
        world.generate(3000);
        // Some sample documents are meant for quarantine.
        world.run(&["sync"]).exits_with(1);
        let client = world.client().await;
        client
            .batch_execute(include_str!("business.sql"))
            .await
            .unwrap();
        world.run(&["aggregate"]).exits_with(0);
        // What is not folded yet is in the figures as well.
        client
            .batch_execute(include_str!("not_folded.sql"))
            .await
            .unwrap();
        let pool = Pool::new(&app(&world, LAST_DAY.at(12, 0, 0, 0)).database, 4);
        Self {
            world,
            client,
            pool,
        }
    }

    /// A connection for a reader.
    pub async fn connection(&self) -> deadpool_postgres::Object {
        self.pool.get().await.unwrap()
    }

    /// A clock of the business that shows a civil time.
    pub fn clock(&self, time: DateTime) -> BusinessClock {
        app(&self.world, time).clock
    }
}

/// The program's own view of the world's settings, at a civil time.
fn app(world: &World, time: DateTime) -> App {
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let now = time.to_zoned(zone).unwrap().timestamp();
    let environment = [("DATABASE_URL".to_owned(), world.database.url())];
    let config = Config::load(&Overrides::default(), environment.into_iter()).unwrap();
    App::new(config, Clock::Standing(now)).unwrap()
}
