//! Search in a shop with a history and in its work log: sentences of our own making, the filling of the index, and queries over HTTP.

use crate::Common;
use crate::fill::{Line, fill_with};
use crate::http::Http;
use crate::machine::{load_average, resident_kib};
use crate::report::Figures;
use crate::server::{folder_mib, place};
use crate::shop::owner_by_command;
use crate::stats::Latencies;
use anyhow::{Context, Result, bail};
use fastrand::Rng;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Hits of a page, as the desk asks for them.
const LIMIT: usize = 20;
/// Seed of the sentences; another one for the queries.
const SEED: u64 = 20_261_003;

const ITEMS: &[&str] = &[
    "窗帘",
    "遮光帘",
    "纱帘",
    "挂毯",
    "地毯",
    "桌布",
    "抱枕",
    "床单",
    "被套",
    "枕套",
    "毛毯",
    "浴巾",
    "门帘",
    "沙发垫",
    "餐垫",
    "围裙",
    "收纳筐",
    "台灯",
    "花瓶",
    "装饰画",
    "挂钟",
    "镜子",
    "香薰",
    "烛台",
    "椅垫",
    "罗马杆",
    "轨道",
    "挂钩",
    "绑带",
    "魔术贴",
];
const KINDS: &[&str] = &[
    "棉麻",
    "雪尼尔",
    "亚麻",
    "天鹅绒",
    "羊毛",
    "涤纶",
    "全棉",
    "竹节麻",
    "提花",
    "印花",
    "刺绣",
    "手工编织",
    "加厚",
    "双面",
    "隔热",
    "防水",
    "可机洗",
    "定制",
    "北欧风",
    "日式",
    "复古",
    "儿童房",
    "客厅用的",
    "卧室用的",
    "飘窗用的",
];
const COLOURS: &[&str] = &[
    "米白",
    "奶油色",
    "浅灰",
    "深灰",
    "墨绿",
    "豆沙",
    "藏青",
    "雾霾蓝",
    "焦糖",
    "燕麦色",
    "咖色",
    "烟粉",
    "姜黄",
    "黑色",
    "本白",
];
const PLACES: &[&str] = &[
    "杭州",
    "成都",
    "哈尔滨",
    "乌鲁木齐",
    "广州",
    "西安",
    "昆明",
    "苏州",
    "贵阳",
    "青岛",
    "大连",
    "厦门",
    "长沙",
    "兰州",
    "拉萨",
    "三亚",
    "宁波",
    "合肥",
    "太原",
    "石家庄",
];
const COURIERS: &[&str] = &[
    "顺丰",
    "中通",
    "圆通",
    "韵达",
    "申通",
    "京东快递",
    "邮政",
    "极兔",
    "德邦",
    "跨越",
];
const DAYS: &[&str] = &[
    "今天",
    "明天",
    "后天",
    "周末",
    "下周一",
    "月底",
    "国庆前",
    "这两天",
    "三天内",
    "一周左右",
    "下午四点前",
    "晚上",
];
const BUYER: &[&str] = &[
    "您好，{k}{i}还有货吗",
    "这款{i}的{c}和图片上的色差大不大",
    "请问{i}做{w}要多少钱",
    "{c}的{i}什么时候发货",
    "我拍了{k}{i}，能不能{d}发",
    "发到{p}要几天，走{q}可以吗",
    "订单{n}怎么还没有物流信息",
    "收到的{i}边上有一点脱线，怎么处理",
    "尺寸量错了，可以改成{w}吗",
    "{k}的会不会缩水，洗的时候要注意什么",
    "{i}安装需要打孔吗，有没有免打孔的",
    "买两件有优惠吗，优惠券领不了",
    "{i}和{j}一起买能便宜点吗",
    "我想退掉{c}的那件，运费谁出",
    "什么材质的，有没有味道",
    "昨天问过的，{w}的{i}，做好了吗",
    "遮光率能到多少，{d}能给我看看实物吗",
    "地址填错了，改到{p}可以吗",
    "在吗，{i}的安装视频发我一下",
    "好的，谢谢，我再想想",
    "{k}{i}适合{p}这边的气候吗，比较潮",
    "发票可以开公司的吗，抬头后面发您",
];
const AGENT: &[&str] = &[
    "您好，欢迎光临，{k}{i}现在有货的",
    "亲，{i}做{w}是{m}元，包含绑带",
    "{c}的今天拍下，{d}可以发出",
    "已经帮您备注走{q}，到{p}大约三到五天",
    "订单{n}已经在配货了，有单号马上告诉您",
    "脱线的地方麻烦拍一张照片，我们给您补发或者退一部分",
    "可以改，{w}的话差价是{m}元，我给您发个链接",
    "{k}面料预缩过的，三十度以下冷水机洗就可以",
    "轨道需要打孔，{i}也可以配免打孔的伸缩杆",
    "两件九五折，优惠券在首页可以领，领不了我帮您看看",
    "运费险可以用的，退回来之后四十八小时内退款",
    "这款是{k}的，没有味道，甲醛检测报告在详情页",
    "师傅说{d}能做完，做完先拍照给您确认",
    "遮光率在百分之九十左右，给您发一段实拍视频",
    "地址已经改到{p}了，您核对一下电话和姓名",
    "安装视频发您了，有不清楚的随时问我",
    "不客气的，有需要再联系我，祝您生活愉快",
    "{p}比较潮的话建议选{k}的，不容易发霉",
    "发票随货寄出，抬头和税号发我就可以",
    "稍等，我问一下仓库再答复您",
];
/// Seldom said: one message in some ten thousand.
const RARE: &[&str] = &[
    "缂丝",
    "蜀锦",
    "榻榻米",
    "百褶",
    "孔雀蓝",
    "桑蚕丝",
    "藤编",
    "珐琅",
    "螺钿",
    "扎染",
    "蜡染",
    "夏布",
    "葛布",
    "缫丝",
    "香云纱",
    "漆器",
];
/// Never said.
const ABSENT: &[&str] = &[
    "火箭",
    "钢琴",
    "显微镜",
    "西瓜汁",
    "量子力学",
    "股票账户",
    "飞行员",
    "消防栓",
    "货有",
    "窗毯",
    "天今",
    "好您",
    "鲸鱼",
    "望远镜",
    "潜水艇",
    "摩天大楼",
    "糖葫芦",
    "麻辣烫",
    "篮球架",
    "高速公路",
];
/// Said all the time.
const FREQUENT: &[&str] = &[
    "您好",
    "什么",
    "可以",
    "发货",
    "窗帘",
    "优惠",
    "有货",
    "多少",
    "订单",
    "地址",
    "视频",
    "怎么",
    "已经",
    "谢谢",
    "您好 欢迎",
    "安装视频",
    "发货 什么时候",
    "拍一张照片",
    "免打孔",
    "运费险",
];

fn pick<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    from[rng.usize(..from.len())]
}

fn number(rng: &mut Rng) -> String {
    format!("38{:016}", rng.u64(..10_000_000_000_000_000))
}

/// A sentence of the trade.
fn sentence(rng: &mut Rng, buyer: bool) -> String {
    let mut out = String::new();
    let mut rest = pick(rng, if buyer { BUYER } else { AGENT });
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (key, after) = after.split_once('}').unwrap_or((after, ""));
        let width = |rng: &mut Rng| format!("{}.{}", rng.u32(1..6), rng.u32(..10));
        match key {
            "i" | "j" => out.push_str(pick(rng, ITEMS)),
            "k" => out.push_str(pick(rng, KINDS)),
            "c" => out.push_str(pick(rng, COLOURS)),
            "p" => out.push_str(pick(rng, PLACES)),
            "q" => out.push_str(pick(rng, COURIERS)),
            "d" => out.push_str(pick(rng, DAYS)),
            "w" => {
                let _written = write!(out, "{}×{}米", width(rng), width(rng));
            }
            "m" => {
                let _written = write!(out, "{}", rng.u32(39..2_000));
            }
            _ => out.push_str(&number(rng)),
        }
        rest = after;
    }
    out.push_str(rest);
    if rng.u32(..2_000) == 0 {
        let _written = write!(out, "，另外{}的也想看看", pick(rng, RARE));
    }
    out
}

/// What is asked, by what it is like. Each must be found, or must not be.
struct Asked {
    group: &'static str,
    text: String,
    there: bool,
}

/// About two hundred questions: pieces of sentences that were said, frequent, rare and absent words, numbers, two words.
fn questions(said: &[String]) -> Vec<Asked> {
    let mut rng = Rng::with_seed(SEED + 1);
    let mut all = Vec::new();
    let mut ask = |group, text: String, there| all.push(Asked { group, text, there });
    for text in FREQUENT {
        ask("frequent", (*text).to_owned(), true);
    }
    for text in RARE {
        ask("rare", (*text).to_owned(), true);
    }
    for text in ABSENT {
        ask("absent", (*text).to_owned(), false);
    }
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let pieces = |rng: &mut Rng, text: &str| -> Option<String> {
        let runs: Vec<Vec<char>> = text
            .split(|c| !is_han(&c))
            .map(|run| run.chars().collect())
            .filter(|run: &Vec<char>| run.len() >= 2)
            .collect();
        let run = runs.get(rng.usize(..runs.len().max(1)))?;
        let length = rng.usize(2..=run.len().min(6));
        let from = rng.usize(..=run.len() - length);
        Some(run[from..from + length].iter().collect())
    };
    for i in 0..80 {
        if let Some(piece) = pieces(&mut rng, &said[i * said.len() / 80]) {
            ask("piece", piece, true);
        }
    }
    for i in 0..24 {
        let text = &said[(i * said.len() / 24 + 7) % said.len()];
        if let (Some(one), Some(two)) = (pieces(&mut rng, text), pieces(&mut rng, text)) {
            ask("two_words", format!("{one} {two}"), true);
        }
    }
    let numbers: Vec<String> = said
        .iter()
        .filter_map(|text| {
            let digits: String = text
                .chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect();
            (digits.len() == 18).then_some(digits)
        })
        .collect();
    for i in 0..10 {
        let Some(number) = numbers.get(i * numbers.len() / 10) else {
            continue;
        };
        ask("number", number.clone(), true);
        ask("number", number[12..].to_owned(), true);
        ask("number", number[..8].to_owned(), true);
        ask("number_absent", format!("77{}", &number[2..]), false);
    }
    all
}

/// Fills, then asks every question five times.
pub(crate) fn run(common: &Common, messages: u64, data: Option<PathBuf>) -> Result<()> {
    let place = place(common, data)?;
    let mut rng = Rng::with_seed(SEED);
    // Every so-many-th sentence is remembered, to ask for pieces of it.
    let every = (messages / 4_000).max(1);
    let mut said = Vec::new();
    let mut n = 0;
    let mut text = |line: Line| {
        let words = sentence(&mut rng, line.is_buyer);
        if n % every == 0 {
            said.push(words.clone());
        }
        n += 1;
        words
    };
    let imported = fill_with(&place, messages, "search", &mut text)?;
    let facts = folder_mib(&place.launch.data);
    // Without a server the command takes in by itself what is new; the same code at the same pace as in a server.
    eprintln!("filling the index …");
    let began = Instant::now();
    let done = place
        .launch
        .command(&["search", "您好", "--limit", "1"])
        .output()
        .context("the search could not be started")?;
    if !done.status.success() {
        bail!("the search failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    let filled = began.elapsed().as_secs_f64();
    let load = load_average();
    let server = place.launch.start()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (groups, slowest) = runtime.block_on(async {
        let owner = owner_by_command(&server, &place.launch).await?;
        // What the owner's account wrote is taken in, too.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let door = Door {
            address: format!("/api/v1/search?kinds=message&limit={LIMIT}"),
            list: "messages",
        };
        ask_all(owner.http, &door, &questions(&said)).await
    })?;
    let index = folder_mib(&place.launch.data) - facts;
    server.stop()?;
    let mut figures = Figures::default();
    figures
        .set("what", "search")
        .set("messages", messages)
        .set("load_average_before", load.as_str());
    told(&mut figures, groups, slowest);
    if let Some(seconds) = imported {
        figures
            .round("import_seconds", seconds, 1)
            .round("fill_seconds", filled, 1)
            .round("fill_messages_per_second", messages as f64 / filled, 0);
        if common.database.is_none() {
            figures.round("facts_mib", facts, 0).round("index_mib", index, 0);
        }
    }
    figures.print(common.format)
}

/// The figures of each group, of all, and the question that took longest.
fn told(figures: &mut Figures, groups: Groups, slowest: String) {
    let mut all = Latencies::default();
    for (group, latencies) in groups {
        let mut same = Latencies::default();
        same.append(latencies.clone());
        all.append(latencies);
        figures.latency(group, same.summary());
    }
    figures.set("queries", all.len()).latency("all", all.summary());
    figures.set("slowest", slowest);
}

/// Connections that write the log at the same time.
const WRITERS: usize = 16;
/// Entries of a page of the log, as its page asks for them.
const ENTRIES: usize = 50;

/// Writes a work log over HTTP, then asks every question five times and turns its pages.
pub(crate) fn worklog(common: &Common, entries: u64) -> Result<()> {
    let place = place(common, None)?;
    let server = place.launch.start()?;
    let mut rng = Rng::with_seed(SEED);
    let bodies: Vec<Value> = (0..entries)
        .map(|i| {
            json!({
                "shop": "main",
                "problem": sentence(&mut rng, true),
                "cause": sentence(&mut rng, false),
                "solution": sentence(&mut rng, false),
                "state": if i % 5 == 0 { "open" } else { "solved" },
                "tags": [pick(&mut rng, KINDS), pick(&mut rng, COURIERS)],
                "number": number(&mut rng),
            })
        })
        .collect();
    let every = (bodies.len() / 2_000).max(1);
    let said: Vec<String> = bodies
        .iter()
        .step_by(every)
        .map(|body| body["problem"].as_str().unwrap_or_default().to_owned())
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut figures = Figures::default();
    runtime.block_on(async {
        let mut owner = owner_by_command(&server, &place.launch).await?;
        eprintln!("writing {entries} entries of the work log …");
        let began = Instant::now();
        let part = bodies.len().div_ceil(WRITERS).max(1);
        let writers = bodies.chunks(part).map(|bodies| {
            let mut http = owner.http.another();
            async move {
                for body in bodies {
                    http.must("POST", "/api/v1/worklog/entries", Some(body)).await?;
                }
                anyhow::Ok(())
            }
        });
        futures_util::future::try_join_all(writers).await?;
        let written = began.elapsed().as_secs_f64();
        taken_in(&mut owner.http, &bodies).await?;
        figures
            .set("what", "work log")
            .set("entries", entries)
            .round("entries_written_per_second", entries as f64 / written, 0)
            .set("load_average_before", load_average().as_str());
        let address = format!("/api/v1/worklog/entries?limit={ENTRIES}");
        let (mut pages, mut path) = (Latencies::default(), address.clone());
        for _page in 0..200 {
            let began = Instant::now();
            let reply = owner.http.must("GET", &path, None).await?;
            pages.add(began.elapsed());
            let Some(next) = reply.body["next"].as_str() else {
                break;
            };
            path = format!("{address}&after={next}");
        }
        figures.latency("page", pages.summary());
        let door = Door {
            address,
            list: "entries",
        };
        let (groups, slowest) = ask_all(owner.http, &door, &questions(&said)).await?;
        told(&mut figures, groups, slowest);
        anyhow::Ok(())
    })?;
    figures.round(
        "server_resident_mib",
        resident_kib(server.pid())? as f64 / 1_024.0,
        0,
    );
    server.stop()?;
    figures.print(common.format)
}

/// Waits until the log's last entries are found by their numbers.
async fn taken_in(http: &mut Http, bodies: &[Value]) -> Result<()> {
    for body in bodies.iter().rev().take(WRITERS) {
        let number = body["number"].as_str().unwrap_or_default();
        let path = format!("/api/v1/worklog/entries?q={number}");
        let began = Instant::now();
        while http.must("GET", &path, None).await?.body["entries"]
            .as_array()
            .is_none_or(Vec::is_empty)
        {
            if began.elapsed() > Duration::from_mins(5) {
                bail!("the entry of {number} is not found");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

type Groups = BTreeMap<&'static str, Latencies>;

/// Where it is asked: the address up to the words, and the list of the answer.
struct Door {
    address: String,
    list: &'static str,
}

async fn ask_all(mut http: Http, door: &Door, questions: &[Asked]) -> Result<(Groups, String)> {
    let mut groups: Groups = BTreeMap::new();
    let (mut longest, mut slowest) = (Duration::ZERO, String::new());
    for round in 0..5 {
        for asked in questions {
            let path = format!("{}&q={}", door.address, escaped(&asked.text));
            let began = Instant::now();
            let reply = http.must("GET", &path, None).await?;
            let taken = began.elapsed();
            let hits = reply.body[door.list].as_array().map_or(0, Vec::len);
            if (hits > 0) != asked.there {
                bail!("{:?} ({}) has {hits} hits", asked.text, asked.group);
            }
            // The first round warms the page cache, as a shop's day does.
            if round > 0 {
                groups.entry(asked.group).or_default().add(taken);
                if taken > longest {
                    (longest, slowest) = (taken, format!("{:?} ({})", asked.text, asked.group));
                }
            }
        }
    }
    Ok((groups, slowest))
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _written = write!(out, "%{byte:02X}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_was_said_or_was_not() {
        let mut rng = Rng::with_seed(SEED);
        let said: Vec<String> = (0..150_000).map(|i| sentence(&mut rng, i % 2 == 0)).collect();
        let asked = questions(&said);
        assert!(asked.len() > 180, "{}", asked.len());
        for asked in asked {
            let has = |text: &String| asked.text.split(' ').all(|word| text.contains(word));
            assert_eq!(said.iter().any(has), asked.there, "{}", asked.text);
        }
    }
}
