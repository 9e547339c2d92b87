//! Tables of goods: read line by line, stored in slices that do not hold up the desk; pictures beside the file are taken in.

use super::Outcome;
use crate::{House, Problem, Result, goods};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Seek};
use std::path::{Component, Path, PathBuf};
use yingke_kernel::{ProductId, ShopId, Stamp};
use yingke_sheets::goods::{GoodsRecord, LAYOUT, open};
use yingke_sheets::{Item, Refusal};
use yingke_store::goods::{ProductRow, by_codes, look_at_many, upsert_many};
use yingke_store::order::Upsert;
use yingke_store::{Lane, Tx};

/// Lines of one background transaction: a few milliseconds.
const SLICE: usize = 100;
/// The fact that holds an address of a picture that lies elsewhere.
const PICTURE: &str = "图片";

/// How a table of goods is to be read.
#[derive(Debug, Clone, Default)]
pub struct GoodsImport {
    /// Shop of the goods; `main` without.
    pub shop: Option<String>,
    /// Folder that relative paths of pictures begin at; none = pictures beside the file are not taken in.
    pub folder: Option<PathBuf>,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// A line on its way to the store.
struct Line {
    line: u64,
    record: GoodsRecord,
    /// The picture's file, if it lies beside the table.
    picture: Option<PathBuf>,
}

/// Imports one file. Columns that a file does not have, and cells that are empty, change nothing of a known article. A picture given as a path relative
/// to the file is taken in where it differs from nothing (an article that has a picture keeps it); an http address is written down and not fetched.
///
/// # Errors
/// `unknown_shop`, `bad_file`; what is wrong with a line is in the outcome.
pub async fn import_goods(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    options: &GoodsImport,
) -> Result<Outcome> {
    let directory = house.directory();
    let code = options.shop.as_deref().unwrap_or("main");
    let shop = directory.shop_by_code(code).map(|s| s.id).ok_or_else(|| {
        Problem::invalid(
            "unknown_shop",
            format!("there is no shop {code:?}; `--shop` takes the code of one"),
        )
    })?;
    let file = open(input, name).map_err(|e| Problem::invalid("bad_file", e.to_string()))?;
    let mut outcome = Outcome::new(name, "goods", LAYOUT);
    let mut met: HashSet<String> = HashSet::new();
    let mut slice: Vec<Line> = Vec::with_capacity(SLICE);
    for item in file {
        outcome.read += 1;
        match item {
            Item::Refused(refusal) => outcome.refused.push(refusal),
            Item::Record { line, value } => match check(line, value, options, &mut met) {
                Ok(line) => slice.push(line),
                Err(refusal) => outcome.refused.push(refusal),
            },
        }
        if slice.len() == SLICE {
            store(
                house,
                shop,
                std::mem::take(&mut slice),
                options.dry_run,
                &mut outcome,
            )
            .await?;
            tokio::task::yield_now().await;
        }
    }
    if !slice.is_empty() {
        store(house, shop, slice, options.dry_run, &mut outcome).await?;
    }
    outcome.audit(house, options.dry_run).await?;
    Ok(outcome)
}

fn check(
    line: u64,
    record: GoodsRecord,
    options: &GoodsImport,
    met: &mut HashSet<String>,
) -> std::result::Result<Line, Refusal> {
    let refuse = |column: &str, value: &str, reason: &str| Refusal {
        line,
        column: Some(column.to_owned()),
        value: Some(value.to_owned()),
        reason: reason.to_owned(),
    };
    if !met.insert(record.code.clone()) {
        let reason = "stands in this file twice: delete the line that does not count";
        return Err(refuse("code", &record.code, reason));
    }
    let mut picture = None;
    if let Some(text) = record.picture.as_deref().filter(|text| !is_address(text))
        && let Some(folder) = &options.folder
    {
        // Nothing outside the folder of the table is read.
        let path = Path::new(text);
        if !path
            .components()
            .all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
        {
            let reason = "is no path beside the file: write it like pictures/1.jpg, or an http address";
            return Err(refuse("picture", text, reason));
        }
        let path = folder.join(path);
        if !path.is_file() {
            let reason = "there is no such file beside the table: put it there, or leave the cell empty";
            return Err(refuse("picture", text, reason));
        }
        picture = Some(path);
    }
    Ok(Line {
        line,
        record,
        picture,
    })
}

fn is_address(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.starts_with("http://") || text.starts_with("https://")
}

/// The row that a line makes of what is known.
fn row(shop: ShopId, record: &GoodsRecord, known: Option<&ProductRow>, now: Stamp) -> ProductRow {
    let mut facts: BTreeMap<String, String> = known
        .and_then(|k| serde_json::from_str(&k.facts).ok())
        .unwrap_or_default();
    facts.extend(record.facts.iter().cloned());
    if let Some(address) = record.picture.as_deref().filter(|text| is_address(text)) {
        facts.insert(PICTURE.to_owned(), address.to_owned());
    }
    ProductRow {
        id: known.map_or_else(|| ProductId::new(now), |k| k.id),
        shop,
        code: record.code.clone(),
        title: record.title.clone(),
        category: record
            .category
            .clone()
            .or_else(|| known.map(|k| k.category.clone()))
            .unwrap_or_default(),
        price: record.price,
        list: record.list.or_else(|| known.and_then(|k| k.list)),
        stock: record.stock.or_else(|| known.and_then(|k| k.stock)),
        on_shelf: record
            .on_shelf
            .or_else(|| known.map(|k| k.on_shelf))
            .unwrap_or(true),
        picture: None,
        address: record
            .address
            .clone()
            .or_else(|| known.map(|k| k.address.clone()))
            .unwrap_or_default(),
        facts: serde_json::to_string(&facts).unwrap_or_else(|_| "{}".to_owned()),
        sold: record.sold.or_else(|| known.map(|k| k.sold)).unwrap_or_default(),
        created_at: known.map_or(now, |k| k.created_at),
        changed_at: now,
    }
}

async fn store(
    house: &House,
    shop: ShopId,
    slice: Vec<Line>,
    dry_run: bool,
    outcome: &mut Outcome,
) -> Result<()> {
    let now = house.now();
    let records: Vec<GoodsRecord> = slice.iter().map(|l| l.record.clone()).collect();
    let rows = move |tx: &mut Tx<'_>| -> yingke_store::Result<(Vec<ProductRow>, HashMap<String, bool>)> {
        let codes: Vec<&str> = records.iter().map(|r| r.code.as_str()).collect();
        let known: HashMap<String, ProductRow> = by_codes(tx, shop, &codes)?
            .into_iter()
            .map(|p| (p.code.clone(), p))
            .collect();
        let pictured = known
            .iter()
            .map(|(code, p)| (code.clone(), p.picture.is_some()))
            .collect();
        let rows = records
            .iter()
            .map(|r| row(shop, r, known.get(&r.code), now))
            .collect();
        Ok((rows, pictured))
    };
    let (done, pictured) = if dry_run {
        house
            .read(move |tx| {
                let (rows, pictured) = rows(tx)?;
                let done = look_at_many(tx, shop, &rows)?;
                let ids = rows.into_iter().map(|r| r.id).zip(done).collect::<Vec<_>>();
                Ok((ids, pictured))
            })
            .await?
    } else {
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                let (rows, pictured) = rows(tx)?;
                Ok((upsert_many(tx, shop, &rows, now)?, pictured))
            })
            .await?
    };
    for ((id, one), line) in done.into_iter().zip(slice) {
        match one {
            Upsert::Created => outcome.created += 1,
            Upsert::Changed => outcome.changed += 1,
            Upsert::Unchanged => outcome.unchanged += 1,
        }
        let Some(path) = line.picture.filter(|_| !dry_run) else {
            continue;
        };
        if pictured.get(&line.record.code) == Some(&true) {
            continue;
        }
        let taken = match tokio::fs::read(&path).await {
            Ok(bytes) => goods::give_picture(house, shop, id, bytes.into())
                .await
                .map(|_| ()),
            Err(error) => Err(Problem::invalid("no_file", format!("cannot be read ({error})"))),
        };
        if let Err(problem) = taken {
            outcome.refused.push(Refusal {
                line: line.line,
                column: Some("picture".to_owned()),
                value: line.record.picture.clone(),
                reason: format!("the article was taken, its picture was not: {}", problem.detail),
            });
        }
    }
    Ok(())
}
