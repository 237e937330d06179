//! Questions about figures, put to the layer that the API and the dashboard stand on. Every answer is computed again from
//! `orders`, by other means.

mod answers;
mod comparisons;
mod plans;

use daybook::app::App;
use daybook::clock::{BusinessClock, Clock};
use daybook::config::{Config, Overrides};
use daybook::db::Pool;
use daybook::report::{Decimal, Measures};
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

    /// Measures counted from orders by a query of its own, for a condition on them.
    pub async fn recount(&self, condition: &str) -> Measures {
        let sql = format!(
        "select count(*), count(*) filter (where status = 'completed'), count(*) filter (where status = 'cancelled'),
                count(*) filter (where status not in ('completed', 'cancelled')),
                coalesce(sum(total_amount), 0)::text, coalesce(sum(discount_amount), 0)::text,
                coalesce(sum(final_amount) filter (where status = 'completed'), 0)::text,
                round(100.0 * count(*) filter (where status = 'cancelled') / nullif(count(*), 0), 2)::text,
                round(sum(final_amount) filter (where status = 'completed')
                      / nullif(count(*) filter (where status = 'completed'), 0), 2)::text,
                round(100.0 * count(*) filter (where status = 'pending') / nullif(count(*), 0), 2)::text
         from orders where {condition}"
    );
        let row = self.client.query_one(&sql, &[]).await.unwrap();
        let decimal = |column: usize| -> Option<Decimal> {
            row.get::<_, Option<String>>(column)
                .map(|text| text.parse().unwrap())
        };
        Measures {
            total_orders: row.get(0),
            completed_orders: row.get(1),
            cancelled_orders: row.get(2),
            pending_orders: row.get(3),
            gross_merchandise_value: decimal(4).unwrap(),
            total_discount: decimal(5).unwrap(),
            total_revenue: decimal(6).unwrap(),
            cancellation_rate: decimal(7),
            avg_order_value: decimal(8),
            pending_share: decimal(9),
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
