//! Figures of the whole range per shop, region and category.

use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::parameters::{Asked, FigureParameters, Limit};
use super::{Row, orders_of, parameter_of};
use crate::access::Viewer;
use crate::api::answer::answer;
use crate::api::caller::Caller;
use crate::api::columns::{Column, FIGURES, columns};
use crate::api::envelope::{Answer, Content};
use crate::api::links::Link;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked as AskedFor, Check};
use crate::api::question::Question;
use crate::http::Problem;
use crate::report::{
    CategoryView, Division, FigureState, Key, Measures, Range, Reader, ReportError,
};

/// What all breakdowns do alike.
impl Asked {
    fn state(&self, reader: &Reader<'_>, is_final: bool) -> FigureState {
        FigureState::of(self.range.to() < reader.today(), is_final, false)
    }

    fn row<K: ToSchema>(
        &self,
        reader: &Reader<'_>,
        key: K,
        measures: Measures,
        is_final: bool,
        orders: Link,
    ) -> Row<K> {
        Row {
            key,
            measures,
            is_final,
            state: self.state(reader, is_final),
            orders_url: orders.to_string(),
        }
    }

    async fn content<K: ToSchema>(
        &self,
        reader: &Reader<'_>,
        data: Vec<Row<K>>,
        totals: Measures,
    ) -> Result<Content<Row<K>>, ReportError> {
        Ok(Content {
            data,
            totals: Some(totals),
            compare: self.comparison(reader, &self.range).await?,
            next_cursor: None,
        })
    }
}

const LIMIT: Limit = Limit {
    most: Range::MOST_DAYS,
    longer: None,
};

/// A seller account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopKey {
    /// Marketplace.
    platform: String,
    /// The account; null where orders do not name it.
    shop_id: Option<String>,
}

#[derive(Debug)]
struct Shops(Asked);

impl Question for Shops {
    type Row = Row<ShopKey>;

    const NAME: &'static str = "shops";

    fn columns(&self) -> Vec<Column> {
        let key = columns!["platform": Text, "shop_id": Text];
        [&key[..], &FIGURES].concat()
    }

    fn range(&self) -> Option<Range> {
        Some(self.0.range)
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        self.0.filters()
    }

    fn depends_on_time(&self, today: Date) -> bool {
        self.0.depends_on_time(today)
    }

    async fn ask(&self, reader: &Reader<'_>) -> Result<Content<Self::Row>, ReportError> {
        let Self(asked) = self;
        let rows = reader.by_shop(&asked.range, &asked.filter).await?;
        // Every order is in one row.
        let totals = Measures::sum(rows.iter().map(|row| &row.measures));
        let data = rows.into_iter().map(|row| {
            let shop = row.shop_id.clone().map_or(Key::Unknown, Key::Known);
            let orders = orders_of(&asked.range)
                .with("platform", &row.platform)
                .with("shop", parameter_of(&shop));
            let key = ShopKey {
                platform: row.platform,
                shop_id: row.shop_id,
            };
            asked.row(reader, key, row.measures, row.is_final, orders)
        });
        asked.content(reader, data.collect(), totals).await
    }
}

/// Figures of the whole range per seller account
///
/// The largest GMV first. Every order is in one row.
#[utoipa::path(get, path = "/api/v1/shops", tag = "figures", params(FigureParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<ShopKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn shops(
    _: Viewer,
    caller: Caller,
    AskedFor(figures): AskedFor<FigureParameters>,
) -> Result<Response, Problem> {
    let (today, accepted) = (caller.today(), caller.accepted());
    let (asked, form) = figures.check(Check::default(), today, accepted, &LIMIT)?;
    answer(&caller, Shops(asked), form).await
}

/// A province.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionKey {
    /// The province of the division, or the marketplaces' word; null where it is not known, or no name of the division.
    region: Option<String>,
}

#[derive(Debug)]
struct Regions {
    asked: Asked,
    division: Option<Division>,
}

impl Question for Regions {
    type Row = Row<RegionKey>;

    const NAME: &'static str = "regions";

    fn columns(&self) -> Vec<Column> {
        let key = columns!["region": Text];
        [&key[..], &FIGURES].concat()
    }

    fn range(&self) -> Option<Range> {
        Some(self.asked.range)
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        let mut filters = self.asked.filters();
        let division = self
            .division
            .map_or("as the marketplaces spell it", Division::as_str);
        filters.push(("division", division.to_owned()));
        filters
    }

    fn depends_on_time(&self, today: Date) -> bool {
        self.asked.depends_on_time(today)
    }

    async fn ask(&self, reader: &Reader<'_>) -> Result<Content<Self::Row>, ReportError> {
        let asked = &self.asked;
        let rows = reader
            .by_region(&asked.range, &asked.filter, self.division)
            .await?;
        // Every order is in one row.
        let totals = Measures::sum(rows.iter().map(|row| &row.measures));
        let data = rows.into_iter().map(|row| {
            let region = row.region.clone().map_or(Key::Unknown, Key::Known);
            let mut orders = orders_of(&asked.range).with("region", parameter_of(&region));
            let division = self.division.map_or("none", Division::as_str);
            orders = orders.with("division", division);
            if let Some((_, platforms)) = asked.filters().first() {
                orders = orders.with("platform", platforms.replace(' ', ""));
            }
            let key = RegionKey { region: row.region };
            asked.row(reader, key, row.measures, row.is_final, orders)
        });
        asked.content(reader, data.collect(), totals).await
    }
}

/// Days, marketplaces, and a division.
#[derive(Debug, Deserialize)]
pub struct RegionParameters {
    #[serde(flatten)]
    figures: FigureParameters,
    #[serde(flatten)]
    division: DivisionParameter,
}

/// How a country is divided.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DivisionParameter {
    /// `VN-34` (which is meant when it is left out) for the provinces since 1 July 2025, `VN-63` for those before, `none` for
    /// the marketplaces' own words.
    #[param(inline, value_type = Option<DivisionName>)]
    pub division: Option<String>,
}

/// The words for divisions.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
enum DivisionName {
    #[schema(rename = "VN-34")]
    Vn34,
    #[schema(rename = "VN-63")]
    Vn63,
    #[schema(rename = "none")]
    None,
}

impl DivisionParameter {
    /// The division asked for; `None` for the marketplaces' words.
    pub fn check(&self, check: &mut Check) -> Option<Division> {
        match self.division.as_deref() {
            None => Some(Division::Vn34),
            Some("none") => None,
            Some(name) => check.word("division", Some(name), &["VN-34", "VN-63", "none"]),
        }
    }
}

impl IntoParams for RegionParameters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        without_shop(FigureParameters::into_params(&place))
            .chain(DivisionParameter::into_params(&place))
            .collect()
    }
}

/// Finer figures are kept for all shops of a marketplace together.
fn without_shop(parameters: Vec<Parameter>) -> impl Iterator<Item = Parameter> {
    parameters
        .into_iter()
        .filter(|parameter| parameter.name != "shop")
}

/// Figures of the whole range per province
///
/// The largest GMV first. Every order is in one row.
#[utoipa::path(get, path = "/api/v1/regions", tag = "figures", params(RegionParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<RegionKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn regions(
    _: Viewer,
    caller: Caller,
    AskedFor(parameters): AskedFor<RegionParameters>,
) -> Result<Response, Problem> {
    let mut check = Check::default();
    let division = parameters.division.check(&mut check);
    let (today, accepted) = (caller.today(), caller.accepted());
    let (asked, form) = parameters.figures.check(check, today, accepted, &LIMIT)?;
    answer(&caller, Regions { asked, division }, form).await
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryKey {
    /// Marketplace; ids of two marketplaces have nothing in common.
    platform: String,
    /// The marketplace's id; null is everything without category.
    category_id: Option<String>,
    /// What people call it, where that is known.
    category_name: Option<String>,
    /// The category above.
    parent_id: Option<String>,
    /// 1 at the top.
    level: i32,
    /// Names from the top down to the category itself.
    path: Vec<String>,
    /// Whether orders of the range are in categories below it.
    has_children: bool,
}

#[derive(Debug)]
struct Categories {
    asked: Asked,
    view: CategoryView,
}

impl Question for Categories {
    type Row = Row<CategoryKey>;

    const NAME: &'static str = "categories";

    fn columns(&self) -> Vec<Column> {
        let key = columns![
            "platform": Text, "category_id": Text, "category_name": Text, "parent_id": Text, "level": Count,
            "path": Text, "has_children": Flag
        ];
        [&key[..], &FIGURES].concat()
    }

    fn range(&self) -> Option<Range> {
        Some(self.asked.range)
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        let mut filters = self.asked.filters();
        let note = "an order counts once in each category it touches";
        filters.push(("category", note.to_owned()));
        if let CategoryView::Tree { parent } = &self.view {
            let parent = parent.as_deref().unwrap_or("the top");
            filters.push((
                "parent",
                format!("{parent}; categories with all below them"),
            ));
        }
        filters
    }

    fn depends_on_time(&self, today: Date) -> bool {
        self.asked.depends_on_time(today)
    }

    async fn ask(&self, reader: &Reader<'_>) -> Result<Content<Self::Row>, ReportError> {
        let asked = &self.asked;
        let rows = reader
            .by_category(&asked.range, &asked.filter, &self.view)
            .await?;
        let data = rows.into_iter().map(|row| {
            let category = row.category_id.clone().map_or(Key::Unknown, Key::Known);
            let mut orders = orders_of(&asked.range)
                .with("platform", &row.platform)
                .with("category", parameter_of(&category));
            if matches!(self.view, CategoryView::Tree { .. }) {
                orders = orders.with("tree", true);
            }
            let key = CategoryKey {
                platform: row.platform,
                category_id: row.category_id,
                category_name: row.category_name,
                parent_id: row.parent_id,
                level: row.level,
                path: row.path_names,
                has_children: row.has_children,
            };
            asked.row(reader, key, row.measures, row.is_final, orders)
        });
        let totals = asked.totals(reader, &asked.range).await?;
        asked.content(reader, data.collect(), totals).await
    }
}

/// Days, marketplaces, and a place in the tree of categories.
#[derive(Debug, Deserialize)]
pub struct CategoryParameters {
    #[serde(flatten)]
    figures: FigureParameters,
    #[serde(flatten)]
    tree: TreeParameters,
}

/// A place in the tree of categories.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TreeParameters {
    /// Whether a category has what its children have as well; then only those at the top are given, or the children of
    /// `parent`.
    #[param(value_type = Option<bool>)]
    tree: Option<String>,
    /// The category whose children are asked for; with `tree=true`.
    parent: Option<String>,
}

impl IntoParams for CategoryParameters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        without_shop(FigureParameters::into_params(&place))
            .chain(TreeParameters::into_params(&place))
            .collect()
    }
}

/// Figures of the whole range per category
///
/// The largest GMV first. An order counts once in each category it touches; money adds up to the totals where `tree` is not
/// asked for.
#[utoipa::path(get, path = "/api/v1/categories", tag = "figures", params(CategoryParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<CategoryKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn categories(
    _: Viewer,
    caller: Caller,
    AskedFor(parameters): AskedFor<CategoryParameters>,
) -> Result<Response, Problem> {
    let mut check = Check::default();
    let parent = parameters.tree.parent.filter(|parent| !parent.is_empty());
    let as_tree = check.flag("tree", parameters.tree.tree.as_deref());
    if parent.is_some() && !as_tree {
        check.fault("parent", "needs tree=true");
    }
    let view = match as_tree {
        true => CategoryView::Tree { parent },
        false => CategoryView::Flat,
    };
    let (today, accepted) = (caller.today(), caller.accepted());
    let (asked, form) = parameters.figures.check(check, today, accepted, &LIMIT)?;
    answer(&caller, Categories { asked, view }, form).await
}
