//! `yingke import words` and `yingke export words` (R-SPEECH).

use super::{Answer, detail, open_file, phrases::write_out};
use crate::args::WordForm;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use yingke_app::House;
use yingke_app::guard::{Severity, ShopWord, export_by_command};
use yingke_app::intake::{WordImport, import_words};

/// What is to be taken in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Intake {
    /// Name to show, and where the bytes are.
    pub(super) file: (String, PathBuf),
    pub(super) shop: Option<String>,
    pub(super) replace: bool,
    pub(super) dry_run: bool,
}

/// Imports the file.
pub(super) async fn take_in(house: &House, intake: Intake) -> Result<Answer> {
    let (name, path) = intake.file;
    let input = open_file(&name, &path)?;
    let options = WordImport {
        shop: intake.shop,
        replace: intake.replace,
        dry_run: intake.dry_run,
    };
    let done = import_words(house, &name, input, &options)
        .await
        .map_err(detail)?;
    let refusals = !done.refused.is_empty();
    Ok(Answer::done(json!([done]), refusals))
}

/// What crosses the local socket: word, severity, better wording.
type Given = Vec<(String, Severity, String)>;

/// The words of a shop.
pub(super) async fn give_out(house: &House, shop: Option<String>) -> Result<Answer> {
    let words = export_by_command(house, shop.as_deref()).await.map_err(detail)?;
    let given: Given = words
        .into_iter()
        .map(|w| (w.word, w.severity, w.better))
        .collect();
    Ok(Answer::done(serde_json::to_value(given)?, false))
}

/// Where an export goes, and as what.
pub(super) struct Place {
    form: WordForm,
    out: Option<PathBuf>,
}

impl Place {
    /// Refuses before anything is read what could not be shown.
    pub(super) fn of(form: Option<WordForm>, out: Option<PathBuf>) -> Result<Self> {
        let ending = out.as_deref().and_then(Path::extension);
        let form = form.unwrap_or(if ending.is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) {
            WordForm::Xlsx
        } else {
            WordForm::Csv
        });
        if form == WordForm::Xlsx && out.is_none() && std::io::stdout().is_terminal() {
            bail!("a workbook is no text for a terminal: name a file with --out FILE.xlsx");
        }
        Ok(Self { form, out })
    }

    /// Writes the words. A file is only begun once its content is there.
    pub(super) fn write(&self, data: Value) -> Result<()> {
        let given: Given =
            serde_json::from_value(data).context("the running server answered what is no list of words")?;
        let words: Vec<ShopWord> = given
            .into_iter()
            .map(|(word, severity, better)| ShopWord {
                word,
                severity,
                better,
            })
            .collect();
        let bytes = match self.form {
            WordForm::Csv => yingke_sheets::words::csv(&words)?,
            WordForm::Xlsx => yingke_sheets::words::xlsx(&words)?,
        };
        write_out(self.out.as_deref(), &bytes, &format!("{} words", words.len()))
    }
}
