//! What words take for granted of this buyer, these goods or this moment. A suggestion is one key from the buyer: what is not true is
//! never offered, and what nobody has proved goes into the draft first (R-SPEECH-16).

use std::fmt;

/// Something that words take for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// The buyer has been here before.
    Returning,
    /// The buyer has bought here before.
    Bought,
    /// The goods are in stock.
    Stock,
    /// The parcel leaves the mainland.
    Abroad,
    /// Somebody has looked something up, noted it or done it for this buyer.
    Done,
    /// A price.
    Price,
    /// A day or an hour.
    Moment,
    /// Who is speaking.
    Speaker,
    /// How heavy, long or large something is.
    Measure,
    /// What holds up a parcel.
    Trouble,
}

impl Claim {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Returning,
        Self::Bought,
        Self::Stock,
        Self::Abroad,
        Self::Done,
        Self::Price,
        Self::Moment,
        Self::Speaker,
        Self::Measure,
        Self::Trouble,
    ];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Returning => "returning",
            Self::Bought => "bought",
            Self::Stock => "stock",
            Self::Abroad => "abroad",
            Self::Done => "done",
            Self::Price => "price",
            Self::Moment => "moment",
            Self::Speaker => "speaker",
            Self::Measure => "measure",
            Self::Trouble => "trouble",
        }
    }

    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Returning => &[
                "老客",
                "老顾客",
                "老朋友",
                "熟客",
                "又来",
                "好久没见",
                "好久不见",
                "上次来",
                "前几天您",
                "您前几天",
                "上次聊",
                "之前聊",
                "您之前问",
                "欢迎回来",
            ],
            Self::Bought => &[
                "上次买",
                "上次拍",
                "上回买",
                "上一单",
                "之前买",
                "以前买",
                "买过的",
                "回购",
                "复购",
            ],
            Self::Stock => &[
                "有货",
                "有现货",
                "现货",
                "都能拍",
                "规格都能",
                "还在售",
                "库存充足",
                "库存够",
                "还有库存",
                "查过还在",
                "款还在",
            ],
            Self::Abroad => &[
                "港澳台",
                "香港",
                "澳门",
                "台湾",
                "海外",
                "出境",
                "报关",
                "清关",
                "您那里我们只发",
            ],
            Self::Done => &[
                "查过",
                "查了",
                "核对过",
                "核实过",
                "确认过",
                "备注好",
                "备注了",
                "备注上了",
                "已备注",
                "已经备注",
                "改好了",
                "已改",
                "已经改",
                "申请好",
                "已申请",
                "已经申请",
                "申请下来",
                "登记好",
                "已登记",
                "已经登记",
                "已经包邮",
                "已发出",
                "已经发出",
                "已寄",
                "已经寄",
                "已退",
                "已经退",
                "安排好",
                "已安排",
                "已经安排",
                "刷新订单",
                "刷新一下订单",
            ],
            Self::Moment => &[
                "今天",
                "明天",
                "后天",
                "昨天",
                "今晚",
                "明早",
                "下周",
                "本周",
                "这周",
                "月底",
                "刚才",
                "刚刚",
                "点前",
                "点之前",
            ],
            Self::Speaker => &["我是", "我叫", "为您服务", "工号", "客服小"],
            Self::Trouble => &[
                "天气原因",
                "因天气",
                "暂缓",
                "暂停收派",
                "停发",
                "爆仓",
                "封控",
                "网点停运",
            ],
            // By their figures.
            Self::Price | Self::Measure => &[],
        }
    }

    /// Words beside which the claim is none: a question, a doubt, a condition, a no.
    const fn unless(self) -> &'static [&'static str] {
        match self {
            Self::Stock => &[
                "有没有货",
                "没有货",
                "没有现货",
                "是否有货",
                "没货",
                "无货",
                "缺货",
                "断货",
                "补货",
                "到货",
                "有货后",
                "有货了",
                "有货时",
                "如果有货",
                "若有货",
                "还有没有",
                "暂时没",
                "预售",
                "现货款",
                "有货款",
                "换现货",
                "现货部分",
                "定做",
                "定制",
            ],
            Self::Returning | Self::Bought => &["第一次", "新客", "如果您之前", "是否买过", "有没有买过"],
            Self::Speaker => &["{agent}", "{客服}", "我是想", "我是说"],
            Self::Abroad => &["除港澳台", "不含港澳台", "港澳台除外", "不包括港澳台"],
            _ => &[],
        }
    }

    fn is_made_by(self, text: &str) -> bool {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let says = match self {
            Self::Price => has_price(text),
            Self::Moment => has(self.words()) || has_date(text),
            Self::Measure => has_measure(text),
            _ => has(self.words()),
        };
        says && !has(self.unless())
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A number right before a word for money, or after its sign.
fn has_price(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().any(|(at, c)| match c {
        '元' | '块' => chars[..at].last().is_some_and(char::is_ascii_digit),
        '￥' | '¥' => chars.get(at + 1).is_some_and(char::is_ascii_digit),
        _ => false,
    })
}

/// A number right before a measure.
fn has_measure(text: &str) -> bool {
    const MEASURES: [&str; 12] = [
        "公斤", "千克", "厘米", "毫米", "英寸", "毫升", "平方", "cm", "kg", "斤", "克", "米",
    ];
    let is_number = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十百半几".contains(c);
    MEASURES.iter().any(|measure| {
        text.match_indices(measure)
            .any(|(at, _)| text[..at].chars().next_back().is_some_and(is_number))
    })
}

/// A day by its number.
fn has_date(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().any(|(at, c)| {
        matches!(c, '月' | '日' | '号') && chars[..at].last().is_some_and(char::is_ascii_digit)
    })
}

/// What is known where an answer is looked for; `None` = nobody knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// The buyer has been here before.
    pub returning: Option<bool>,
    /// The buyer has bought here before.
    pub bought: Option<bool>,
    /// The goods before the buyer are in stock.
    pub stock: Option<bool>,
    /// The buyer speaks of a place beyond the mainland.
    pub abroad: Option<bool>,
}

/// What stands behind the words of a suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Everything that they take for granted is so, as far as it can be known.
    Proved,
    /// Nobody has proved these: they are looked at before they are sent.
    Unproved(Vec<Claim>),
    /// This is not so: they are not offered.
    Untrue(Claim),
}

impl Known {
    fn of(&self, claim: Claim) -> Option<bool> {
        match claim {
            Claim::Returning => self.returning,
            Claim::Bought => self.bought,
            Claim::Stock => self.stock,
            Claim::Abroad => self.abroad,
            Claim::Done | Claim::Price | Claim::Moment | Claim::Speaker | Claim::Measure | Claim::Trouble => {
                None
            }
        }
    }

    /// Judges the words of a phrase, which somebody wrote to be said again: its prices, days and
    /// measures and who speaks are its writer's.
    pub fn of_phrase(&self, text: &str) -> Standing {
        let granted = [Claim::Price, Claim::Moment, Claim::Speaker, Claim::Measure];
        self.judge(text, &granted, &[])
    }

    /// Judges words that were said to others before and that nobody has looked at since: who spoke, when, and what had been done then is
    /// said by nobody again.
    pub fn of_answer(&self, text: &str) -> Standing {
        self.judge(text, &[], &[Claim::Done, Claim::Moment, Claim::Speaker])
    }

    fn judge(&self, text: &str, granted: &[Claim], never: &[Claim]) -> Standing {
        let mut unproved = Vec::new();
        for claim in Claim::ALL {
            if granted.contains(&claim) || !claim.is_made_by(text) {
                continue;
            }
            match self.of(claim) {
                _ if never.contains(&claim) => return Standing::Untrue(claim),
                Some(true) => {}
                Some(false) => return Standing::Untrue(claim),
                None => unproved.push(claim),
            }
        }
        if unproved.is_empty() {
            Standing::Proved
        } else {
            Standing::Unproved(unproved)
        }
    }
}

/// Whether the buyer's words speak of a place beyond the mainland.
pub fn speaks_of_abroad(text: &str) -> bool {
    [
        "港",
        "澳门",
        "台湾",
        "台北",
        "高雄",
        "海外",
        "国外",
        "出国",
        "新加坡",
        "马来西亚",
        "日本",
        "美国",
        "加拿大",
        "澳洲",
        "英国",
    ]
    .iter()
    .any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Known = Known {
        returning: Some(false),
        bought: Some(false),
        stock: None,
        abroad: Some(false),
    };

    #[test]
    fn r_speech_16_a_phrase_is_offered_only_where_it_is_true() {
        let here = Known {
            returning: Some(true),
            bought: Some(true),
            stock: Some(true),
            abroad: Some(true),
        };
        for (text, claim) in [
            ("您上次买时赶上的是那一期活动", Claim::Bought),
            ("前几天您问的那款，我留着呢", Claim::Returning),
            ("去您那里我们只发顺丰，不换其他快递", Claim::Abroad),
            ("港澳台地区我们只发顺丰。", Claim::Abroad),
        ] {
            assert_eq!(NEW.of_phrase(text), Standing::Untrue(claim), "{text}");
            assert_eq!(here.of_phrase(text), Standing::Proved, "{text}");
        }
        let stock = "您要的颜色和尺寸都有现货";
        assert_eq!(here.of_phrase(stock), Standing::Proved);
        assert_eq!(NEW.of_phrase(stock), Standing::Unproved(vec![Claim::Stock]));
        let out = Known {
            stock: Some(false),
            ..here
        };
        assert_eq!(out.of_phrase(stock), Standing::Untrue(Claim::Stock));
        // Not a claim, or nobody's to prove.
        for text in [
            "您好，我是客服{agent}，很高兴为您服务",
            "满99元包邮，偏远地区补10元",
            "今天下单，48小时内发出",
            "我看一下有没有货，马上告诉您",
            "这款要定做，没有现货",
            "除港澳台外全国包邮",
        ] {
            assert_eq!(NEW.of_phrase(text), Standing::Proved, "{text}");
        }
        assert_eq!(
            NEW.of_phrase("您那边因天气原因快递暂缓收派"),
            Standing::Unproved(vec![Claim::Trouble])
        );
        assert_eq!(NEW.of_phrase("沙发垫的厚度是三厘米"), Standing::Proved);
        assert_eq!(
            NEW.of_phrase("我帮您查过，地址已经改好了"),
            Standing::Unproved(vec![Claim::Done])
        );
    }

    #[test]
    fn r_speech_16_what_was_said_to_others_is_not_said_again_where_it_was_theirs() {
        for (text, claim) in [
            ("您好，我是客服小满，请问想看什么", Claim::Speaker),
            ("谷子为您服务", Claim::Speaker),
            ("已经帮您备注了，麻烦等一下", Claim::Done),
            ("明天给您发出", Claim::Moment),
            ("11月25日到货以后联系您", Claim::Moment),
        ] {
            assert_eq!(NEW.of_answer(text), Standing::Untrue(claim), "{text}");
        }
        assert_eq!(
            NEW.of_answer("这款128元，包邮"),
            Standing::Unproved(vec![Claim::Price])
        );
        assert_eq!(
            NEW.of_answer("大约四公斤，快递送到楼下"),
            Standing::Unproved(vec![Claim::Measure])
        );
        assert_eq!(NEW.of_answer("有货的"), Standing::Unproved(vec![Claim::Stock]));
        assert_eq!(NEW.of_answer("机洗可以的，水温不要超过三十度"), Standing::Proved);
    }

    #[test]
    fn every_claim_has_a_name_of_its_own() {
        for (n, claim) in Claim::ALL.iter().enumerate() {
            assert!(
                Claim::ALL[..n]
                    .iter()
                    .all(|other| other.as_str() != claim.as_str())
            );
        }
        assert!(speaks_of_abroad("寄到香港要几天") && !speaks_of_abroad("寄到杭州要几天"));
    }
}
