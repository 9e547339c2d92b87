//! `phrase_cases.json` is what the house and the pages must both answer (R-PHRASE-07); the pages have a test that reads it too.

use serde_json::Value;
use std::collections::BTreeMap;
use yingke_domain::phrase::find::{Entry, Index, Query, letters};
use yingke_domain::phrase::{Facts, Variable, fill};
use yingke_domain::stage::Stage;
use yingke_kernel::{PhraseId, Stamp};

fn cases() -> Value {
    serde_json::from_str(include_str!("phrase_cases.json")).expect("the table is JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn number(id: PhraseId) -> u64 {
    id.0.as_u128() as u64
}

#[test]
fn r_phrase_07_the_table_of_finds() {
    let cases = cases();
    let phrases = cases["phrases"].as_array().unwrap();
    let index = Index::new(phrases.iter().enumerate().map(|(place, p)| Entry {
        id: PhraseId(uuid::Uuid::from_u128(u128::from(p["id"].as_u64().unwrap()))),
        code: text(p, "code"),
        title: text(p, "title"),
        text: text(p, "text"),
        level: p["level"].as_i64().unwrap_or(1),
        stage: Stage::parse(text(p, "stage")),
        used: p["used"].as_i64().unwrap_or(0),
        last_used: p["last_used"].as_i64().map(Stamp::from_secs),
        place: place as i64,
    }));
    let mut wrong = Vec::new();
    for case in cases["finds"].as_array().unwrap() {
        let query = text(case, "q");
        let hits = index.find(&Query::new(query), Stage::parse(text(case, "stage")), 100);
        let ids: Vec<u64> = hits.iter().map(|h| number(h.id)).collect();
        if serde_json::json!(ids) != case["ids"] {
            wrong.push(format!("{query:?} finds {ids:?}, not {}", case["ids"]));
            continue;
        }
        for (id, marks) in case["marks"].as_object().into_iter().flatten() {
            let hit = hits.iter().find(|h| number(h.id).to_string() == *id).unwrap();
            let got = serde_json::json!({ "code": hit.code, "title": hit.title, "text": hit.text });
            if got != *marks {
                wrong.push(format!("{query:?} marks {got} in {id}, not {marks}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn r_phrase_07_the_readings_that_pages_get() {
    let cases = cases();
    let phrases = cases["phrases"].as_array().unwrap();
    let all = letters(phrases.iter().flat_map(|p| [text(p, "title"), text(p, "text")]));
    let all: BTreeMap<String, String> = all.into_iter().map(|(c, r)| (c.to_string(), r)).collect();
    let expected: BTreeMap<String, String> = serde_json::from_value(cases["letters"].clone()).unwrap();
    assert_eq!(all, expected, "{}", serde_json::to_string(&all).unwrap());
}

#[test]
fn r_phrase_07_the_table_of_fills() {
    for case in cases()["fills"].as_array().unwrap() {
        let mut facts = Facts::default();
        for variable in Variable::ALL {
            facts.set(*variable, case["facts"][variable.as_str()].as_str());
        }
        let filled = fill(text(case, "text"), &facts);
        assert_eq!(filled.text, text(case, "filled"));
        let missing: Vec<Value> = filled
            .missing
            .iter()
            .map(|h| serde_json::json!([h.variable.as_str(), h.from, h.to]))
            .collect();
        assert_eq!(Value::Array(missing), case["missing"], "{case}");
    }
}
