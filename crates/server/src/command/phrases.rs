//! `yingke import phrases` and `yingke export phrases` (R-PHRASE-03).

use super::{Answer, detail, open_file};
use crate::args::PhraseForm;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use yingke_app::House;
use yingke_app::intake::{PhraseImport, import_phrases};
use yingke_app::phrase::{Form, export_by_command, import_stock};
use yingke_sheets::phrases::{PhraseRecord, write};

/// What is to be taken in, and as whose.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Intake {
    /// Name to show, and where the bytes are.
    pub(super) files: Vec<(String, PathBuf)>,
    pub(super) shop: Option<String>,
    pub(super) person: Option<String>,
    pub(super) replace: bool,
    pub(super) dry_run: bool,
}

/// Imports the files, one after the other.
pub(super) async fn take_in(house: &House, intake: Intake) -> Result<Answer> {
    let mut outcomes = Vec::new();
    for (name, path) in intake.files {
        let input = open_file(&name, &path)?;
        let options = PhraseImport {
            shop: intake.shop.clone(),
            person: intake.person.clone(),
            // What comes over standard input has no folder that its pictures could lie in.
            folder: path.parent().filter(|_| name != "-").map(Path::to_owned),
            replace: intake.replace,
            dry_run: intake.dry_run,
        };
        let done = import_phrases(house, &name, input, &options).await;
        outcomes.push(done.map_err(detail)?);
    }
    let refusals = outcomes.iter().any(|o| !o.refused.is_empty());
    Ok(Answer::done(json!(outcomes), refusals))
}

/// Says why nothing was taken out, where that was asked for; after the result, beside the refusals.
pub(super) fn explain(answer: &Answer, replace: bool) {
    for outcome in answer.data.as_array().into_iter().flatten().filter(|_| replace) {
        let refused = outcome["refused"].as_array().map_or(0, Vec::len);
        if refused > 0 {
            let file = outcome["file"].as_str().unwrap_or_default();
            eprintln!(
                "{file}: nothing was taken out, for {refused} lines were refused and their phrases may be among the others; mend the lines and import the file again"
            );
        }
    }
}

/// Puts in the stock.
pub(super) async fn stock(house: &House, shop: Option<String>, dry_run: bool) -> Result<Answer> {
    let outcome = import_stock(house, shop.as_deref(), dry_run)
        .await
        .map_err(detail)?;
    Ok(Answer::done(json!([outcome]), false))
}

/// What crosses the local socket; the file is made by the command, so that it lies where the command runs.
#[derive(Serialize, Deserialize)]
struct Given {
    owner: String,
    phrases: Vec<PhraseRecord>,
}

/// The phrases of a set.
pub(super) async fn give_out(house: &House, shop: Option<String>, person: Option<String>) -> Result<Answer> {
    let (owner, phrases) = export_by_command(house, shop.as_deref(), person.as_deref())
        .await
        .map_err(detail)?;
    Ok(Answer::done(
        serde_json::to_value(Given { owner, phrases })?,
        false,
    ))
}

/// Where an export goes, and as what.
pub(super) struct Place {
    form: Form,
    out: Option<PathBuf>,
}

impl Place {
    /// Refuses before anything is read what could not be shown.
    pub(super) fn of(form: Option<PhraseForm>, out: Option<PathBuf>) -> Result<Self> {
        let ending = out.as_deref().and_then(Path::extension);
        let form = match form {
            Some(PhraseForm::Csv) => Form::Csv,
            Some(PhraseForm::Taobao) => Form::Taobao,
            Some(PhraseForm::V3) => Form::V3,
            Some(PhraseForm::Xlsx) => Form::Xlsx,
            None if ending.is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) => Form::Xlsx,
            None => Form::Csv,
        };
        if form == Form::Xlsx && out.is_none() && std::io::stdout().is_terminal() {
            bail!("a workbook is no text for a terminal: name a file with --out FILE.xlsx");
        }
        Ok(Self { form, out })
    }

    /// Writes the phrases. A file is only begun once its content is there.
    pub(super) fn write(&self, data: Value) -> Result<()> {
        let given: Given =
            serde_json::from_value(data).context("the running server answered what is no list of phrases")?;
        let bytes = write(self.form, &given.owner, &given.phrases)?;
        write_out(
            self.out.as_deref(),
            &bytes,
            &format!("{} phrases", given.phrases.len()),
        )
    }
}

/// Writes to a file, which is told, or to standard output.
pub(super) fn write_out(place: Option<&Path>, bytes: &[u8], what: &str) -> Result<()> {
    match place {
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(bytes)?;
            out.flush()?;
        }
        Some(path) => {
            let shown = path.display();
            let mut file = File::create(path).with_context(|| format!("cannot write {shown}"))?;
            file.write_all(bytes)
                .with_context(|| format!("cannot write {shown}"))?;
            eprintln!("{shown}: {what}");
        }
    }
    Ok(())
}
