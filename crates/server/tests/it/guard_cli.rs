//! `yingke guard`: the contract of its document and exit codes; no data folder is needed or made.

use std::process::{Command, Output};

fn guard(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_yingke"))
        .current_dir(folder.path())
        .arg("guard")
        .args(args)
        .output()
        .unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    output
}

#[test]
fn a_draft_is_read_from_the_command_line() {
    let output = guard(&["亲，加我V信聊"]);
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["verdict"], "block");
    let finding = &document["findings"][0];
    assert_eq!(finding["rule"], "R-SPEECH-03");
    assert_eq!(finding["severity"], "block");
    assert!(finding["from"].as_u64().unwrap() >= 2);
    assert!(!finding["reason"].as_str().unwrap().is_empty());

    let output = guard(&["您好，这款有货的，今天拍下会尽快为您发出"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap(),
        serde_json::json!({ "verdict": "clean", "findings": [] })
    );
    // The buyer's question decides.
    assert_eq!(guard(&["开不了哦"]).status.code(), Some(0));
    assert_eq!(
        guard(&["开不了哦", "--question", "可以开发票吗"]).status.code(),
        Some(1)
    );
    assert_eq!(
        guard(&["x", "--policy", "no-such-file.toml"]).status.code(),
        Some(2)
    );
    assert_eq!(guard(&[]).status.code(), Some(2));
}
