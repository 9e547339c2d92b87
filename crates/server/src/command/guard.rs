//! `yingke guard`: reads a draft as the desk does. Works without a data folder: then by the built-in rules alone.

use crate::args::Format;
use crate::print;
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::process::ExitCode;
use yingke_domain::guard::{Context, Lexicon, Reading, Ruleset, Verdict, read};
use yingke_domain::policy::Policy;
use yingke_sheets::Item;

/// Longest text that is read: that of a message is far below.
const LONGEST: usize = 100_000;

#[derive(Debug, clap::Args, Clone)]
pub(crate) struct Words {
    /// The draft; `-` reads standard input.
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// What the buyer asked last.
    #[arg(long, value_name = "TEXT", default_value = "")]
    question: String,
    /// Policy file whose severities and lists are used instead of the built-in ones.
    #[arg(long, value_name = "FILE", env = "YINGKE_POLICY")]
    policy: Option<std::path::PathBuf>,
    /// Table or list of the shop's own words that are read too, as `import words` takes it.
    #[arg(long, value_name = "FILE")]
    words: Option<std::path::PathBuf>,
    /// Language of the reasons: zh-CN or en.
    #[arg(long, value_name = "LANG", default_value = "zh-CN", value_parser = ["zh-CN", "en"])]
    lang: String,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

/// The reading as one document.
pub(crate) fn document(reading: &Reading, lang: &str) -> Value {
    let findings: Vec<Value> = reading
        .findings
        .iter()
        .map(|f| {
            json!({
                "rule": f.rule,
                "severity": f.severity,
                "from": f.from,
                "to": f.to,
                "reason": f.why(lang),
                "better": f.better,
            })
        })
        .collect();
    json!({ "verdict": reading.verdict, "findings": findings })
}

/// The shop's words of a file; a line that is none is named.
fn shop_words(file: &std::path::Path) -> Result<Lexicon> {
    let shown = file.display().to_string();
    let input = std::fs::File::open(file).with_context(|| format!("cannot read {shown}"))?;
    let mut words = Vec::new();
    for item in yingke_sheets::words::open(input, &shown)? {
        match item {
            Item::Record { value, .. } => words.push(value),
            Item::Refused(refusal) => bail!(
                "{shown}, line {}: {} {}",
                refusal.line,
                refusal.value.unwrap_or_default(),
                refusal.reason
            ),
        }
    }
    Ok(Lexicon::shop(&words))
}

pub(crate) fn run(words: &Words) -> Result<ExitCode> {
    let text = if words.text == "-" {
        let text =
            std::io::read_to_string(std::io::stdin()).context("standard input could not be read as UTF-8")?;
        text.trim_end_matches(['\n', '\r']).to_owned()
    } else {
        words.text.clone()
    };
    let length = text.chars().count();
    if length > LONGEST {
        bail!("the text has {length} characters; read it in parts of at most {LONGEST}");
    }
    let policy = match &words.policy {
        Some(file) => {
            let shown = file.display();
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
            Policy::parse(&text).with_context(|| format!("{shown} is no policy"))?
        }
        None => Policy::default(),
    };
    let context = Context {
        question: &words.question,
        ..Context::default()
    };
    let own = words.words.as_deref().map(shop_words).transpose()?;
    let rules = Ruleset {
        policy: &policy.guard,
        words: own.as_ref(),
    };
    let reading = read(&text, &context, &rules);
    let shown = document(&reading, &words.lang);
    match words.format {
        Format::Json => print::document(&shown, Format::Json)?,
        format => print::document(&shown["findings"], format)?,
    }
    Ok(ExitCode::from(u8::from(reading.verdict >= Verdict::Warn)))
}
