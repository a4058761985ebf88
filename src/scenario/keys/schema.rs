//! The table of keys as JSON Schema, for editors and validators.

use super::{KEYS, Key, Kind};
use serde_json::{Map, Value, json};

/// Name of the schema file, for the first line of scenario files: `#:schema shipback.schema.json`.
pub const SCHEMA_NAME: &str = "shipback.schema.json";

/// The distributions and their parameters; parameters in `PLAIN` have no unit.
const LAWS: [(&str, &[&str]); 10] = [
    ("constant", &["value"]),
    ("uniform", &["low", "high", "mean", "sd"]),
    ("triangular", &["low", "mode", "high"]),
    ("exponential", &["mean"]),
    ("lognormal", &["mean", "sd", "median", "sigma"]),
    ("gamma", &["mean", "sd", "shape", "scale"]),
    ("weibull", &["mean", "sd", "shape", "scale"]),
    ("loglogistic", &["mean", "sd", "shape", "median"]),
    ("discrete", &["values", "weights"]),
    ("empirical", &["p", "value"]),
];
const PLAIN: [&str; 4] = ["shape", "sigma", "weights", "p"];

/// The schema of a scenario file, in draft 7: TOML editors read no later draft.
pub fn schema() -> Value {
    let mut whole = object(&mut Map::new(), &KEYS, "");
    whole["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    whole["title"] = json!("A scenario of shipback");
    let mut definitions = Map::new();
    definitions.insert("number".into(), uncertain(json!({ "type": "number" })));
    definitions.insert("text".into(), uncertain(json!({ "type": "string" })));
    definitions.insert("share".into(), uncertain(share()));
    for (name, value) in [("times", "text"), ("sizes", "text"), ("counts", "number")] {
        definitions.insert(name.into(), laws(&format!("#/definitions/{value}")));
    }
    whole["definitions"] = Value::Object(definitions);
    whole
}

/// The object for the table `path`; `keys` are all keys.
fn object(properties: &mut Map<String, Value>, keys: &[Key], path: &str) -> Value {
    let (mut pattern, mut needed) = (None, vec![]);
    for key in keys {
        let Some(rest) = inside(key.path, path) else { continue };
        let (name, deeper) = rest.split_once('.').map_or((rest, false), |(name, _)| (name, true));
        let plain = name.trim_end_matches("[]");
        let own = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        if name == "*" {
            pattern.get_or_insert_with(|| unset(object(&mut Map::new(), keys, &own)));
        } else if deeper && !properties.contains_key(plain) {
            let inner = object(&mut Map::new(), keys, &own);
            let list = if name.ends_with("[]") { json!({ "type": "array", "items": inner }) } else { inner };
            properties.insert(plain.into(), unset(list));
        } else if !deeper {
            let mut value = unset(value(key.kind));
            value["description"] = json!(describe(key));
            if let Ok(table) = format!("x = {}", key.example).parse::<toml::Table>() {
                value["examples"] = json!([table["x"]]);
            }
            properties.insert(name.into(), value);
            // A table may inherit its required keys, but a row of a list is always complete.
            if key.default == "needed" && path.ends_with("[]") {
                needed.push(name);
            }
        }
    }
    let mut whole = json!({ "type": "object", "properties": properties });
    whole["additionalProperties"] = pattern.unwrap_or(json!(false));
    if !needed.is_empty() {
        whole["required"] = json!(needed);
    }
    whole
}

/// The part of a key's path after that of a table.
fn inside<'k>(key: &'k str, table: &str) -> Option<&'k str> {
    if table.is_empty() { Some(key) } else { key.strip_prefix(table)?.strip_prefix('.') }
}

fn describe(key: &Key) -> String {
    let default = match key.default {
        "" | "needed" => String::new(),
        default => format!(" Default: {default}."),
    };
    format!("{} Holds {}.{default}", key.says, key.kind.words())
}

fn value(kind: Kind) -> Value {
    let text = || json!({ "$ref": "#/definitions/text" });
    match kind {
        Kind::Text | Kind::Name | Kind::Day | Kind::Moment | Kind::Zone => json!({ "type": "string" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole(least, most) => {
            uncertain(json!({ "type": "integer", "minimum": least, "maximum": most }))
        }
        Kind::Number(least, most) if least == f64::MIN && most == f64::MAX => json!({ "type": "number" }),
        Kind::Number(least, most) => {
            uncertain(json!({ "type": "number", "minimum": least, "maximum": most }))
        }
        Kind::Share => json!({ "$ref": "#/definitions/share" }),
        Kind::Span | Kind::SpanOr(_) | Kind::Size | Kind::Speed | Kind::Rate => text(),
        Kind::Words(words) => json!({ "enum": words }),
        Kind::Times => json!({ "$ref": "#/definitions/times" }),
        Kind::Sizes => json!({ "$ref": "#/definitions/sizes" }),
        Kind::Counts => json!({ "$ref": "#/definitions/counts" }),
        Kind::Hours => value(Kind::List(&Kind::Text)),
        Kind::List(one) => json!({ "anyOf": [value(*one), { "type": "array", "items": value(*one) }] }),
        Kind::Named(one) => json!({ "type": "object", "additionalProperties": value(*one) }),
        Kind::Any(kinds) => json!({ "anyOf": kinds.iter().map(|kind| value(*kind)).collect::<Vec<_>>() }),
        Kind::Free => json!({ "type": ["object", "array", "string"] }),
    }
}

fn share() -> Value {
    json!({ "anyOf": [{ "type": "number", "minimum": 0, "maximum": 1 }, { "type": "string", "pattern": "%\\s*$" }] })
}

/// The value, or a parameter known as an interval.
fn uncertain(value: Value) -> Value {
    let part = json!({ "type": ["number", "string"] });
    let interval = json!({
        "type": "object",
        "properties": { "estimate": part, "low": part, "high": part },
        "required": ["estimate", "low", "high"],
        "additionalProperties": false,
    });
    json!({ "anyOf": [value, interval] })
}

/// The value, or the word "unset".
fn unset(value: Value) -> Value {
    json!({ "anyOf": [value, { "const": "unset" }] })
}

/// A value, or a distribution of such.
fn laws(value: &str) -> Value {
    let one = json!({ "$ref": value });
    let parameter = |name: &&str| {
        let plain = json!({ "$ref": "#/definitions/number" });
        let single = if PLAIN.contains(name) { plain } else { one.clone() };
        (name.to_string(), json!({ "anyOf": [single, { "type": "array", "items": single }] }))
    };
    let kinds = LAWS.iter().map(|(kind, parameters)| {
        let parameters: Map<String, Value> = parameters.iter().map(parameter).collect();
        let law = json!({ "type": "object", "properties": parameters, "additionalProperties": false });
        json!({
            "type": "object",
            "properties": { *kind: law, "min": one, "max": one },
            "required": [kind],
            "additionalProperties": false,
        })
    });
    json!({ "anyOf": std::iter::once(one.clone()).chain(kinds).collect::<Vec<_>>() })
}
