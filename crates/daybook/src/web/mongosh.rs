//! A raw document as people ask MongoDB's shell for it.

use serde_json::Value;

/// The collection of a stream; `None` for a dump file.
pub fn collection_of(stream: &str) -> Option<&str> {
    let (_, namespace) = stream.strip_prefix("mongodb")?.rsplit_once('/')?;
    let (_, collection) = namespace.split_once('.')?;
    Some(collection)
}

/// The query that shows a document, to be pasted into `mongosh`. The id is canonical extended JSON.
pub fn find_one(collection: &str, id: &str) -> String {
    format!(
        "db.getCollection({}).findOne({{_id: {}}})",
        Value::from(collection),
        literal(id)
    )
}

/// An id as the shell writes it. Numbers need no type: MongoDB compares them by value.
fn literal(id: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(id) else {
        return Value::from(id).to_string();
    };
    let wrapped = |name: &str| value.get(name).and_then(Value::as_str);
    if let Some(hex) = wrapped("$oid") {
        format!("ObjectId(\"{hex}\")")
    } else if let Some(number) = wrapped("$numberInt") {
        number.to_owned()
    } else if let Some(number) = wrapped("$numberLong") {
        format!("NumberLong(\"{number}\")")
    } else if value.is_string() || value.is_boolean() {
        id.to_owned()
    } else {
        format!("EJSON.parse({})", Value::from(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_type_are_written_as_the_shell_reads_them() {
        for (id, written) in [
            (
                r#"{"$oid":"65f2a1c09d1e8b3a4c5d6e7f"}"#,
                r#"ObjectId("65f2a1c09d1e8b3a4c5d6e7f")"#,
            ),
            (r#""shopee-\"1\"""#, r#""shopee-\"1\"""#),
            (r#"{"$numberInt":"-7"}"#, "-7"),
            (
                r#"{"$numberLong":"576461234567890123"}"#,
                r#"NumberLong("576461234567890123")"#,
            ),
            (
                r#"{"shop":"a","n":{"$numberInt":"1"}}"#,
                r#"EJSON.parse("{\"shop\":\"a\",\"n\":{\"$numberInt\":\"1\"}}")"#,
            ),
        ] {
            let query = format!("db.getCollection(\"orders.raw\").findOne({{_id: {written}}})");
            assert_eq!(find_one("orders.raw", id), query);
        }
    }

    #[test]
    fn a_stream_names_its_collection_or_is_a_file() {
        let known = "mongodb://db.internal:27017/shop.tiktok.orders";
        assert_eq!(collection_of(known), Some("tiktok.orders"));
        assert_eq!(collection_of("file:///dumps/shop/tiktok_orders.bson"), None);
    }
}
