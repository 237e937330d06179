//! The document about the API says what the API does.

use serde_json::Value;

use super::{good, serve};
use crate::report::Business;

#[tokio::test]
async fn examples_of_the_document_work() {
    let business = Business::open().await;
    let service = serve(&business);
    let document = good(&service, "/api/v1/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(get) = operations.get("get") else {
            continue;
        };
        // A stream does not end, and its own tests read it; what is about access needs a login, and has its own as well.
        if path.ends_with("/events") || get["tags"][0] == "access" {
            continue;
        }
        let empty = Vec::new();
        let parameters = get["parameters"].as_array().unwrap_or(&empty);
        let mut url = path
            .replace("{platform}", "shopee")
            .replace("{code}", "HAND-1")
            .replace("{id}", "1");
        let mut query = form_urlencoded::Serializer::new(String::new());
        for parameter in parameters.iter().filter(|known| known["in"] == "query") {
            // One way to give days is enough.
            let name = parameter["name"].as_str().unwrap();
            if let Value::String(example) = &parameter["example"] {
                query.append_pair(name, example);
            }
        }
        let query = query.finish();
        if !query.is_empty() {
            url = format!("{url}?{query}");
        }
        let body = good(&service, &url).await;
        let schema = &get["responses"]["200"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            conforms(&document, schema, &body, path);
            asked += 1;
        }
    }
    assert!(asked >= 18, "{asked}");
}

/// Every property of a body is documented, and every required one is there.
fn conforms(document: &Value, schema: &Value, body: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return conforms(
            document,
            &document["components"]["schemas"][name],
            body,
            place,
        );
    }
    if let (Some(items), Value::Array(rows)) = (schema.get("items"), body) {
        for row in rows {
            conforms(document, items, row, place);
        }
    }
    let Value::Object(members) = body else { return };
    let mut known = std::collections::BTreeMap::new();
    collect(document, schema, &mut known, members, place);
    if known.is_empty() {
        return;
    }
    for (name, value) in members {
        let property = known
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{name} of {place} is not documented"));
        conforms(document, property, value, &format!("{place} {name}"));
    }
}

fn collect<'a>(
    document: &'a Value,
    schema: &'a Value,
    known: &mut std::collections::BTreeMap<&'a str, &'a Value>,
    members: &serde_json::Map<String, Value>,
    place: &str,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        collect(
            document,
            &document["components"]["schemas"][name],
            known,
            members,
            place,
        );
    }
    for part in ["allOf", "oneOf"] {
        for part in schema[part].as_array().into_iter().flatten() {
            collect(document, part, known, members, place);
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        known.insert(name, property);
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        assert!(members.contains_key(name), "{name} of {place} is missing");
    }
    if let Some(more) = schema.get("additionalProperties") {
        // A map: all that is not documented by name is of this kind.
        let names: Vec<_> = members
            .keys()
            .filter(|name| !known.contains_key(name.as_str()))
            .collect();
        for name in names {
            known.insert(Box::leak(name.clone().into_boxed_str()), more);
        }
    }
}
