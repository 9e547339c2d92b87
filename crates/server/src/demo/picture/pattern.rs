//! What is woven, printed or painted on a thing.

use super::canvas::{Canvas, Ink, oval, poly, rect, shape, thin, thread};
use fastrand::Rng;

/// A pattern; its Chinese word is part of the product's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Pattern {
    Plain,
    Stripe,
    Check,
    Hills,
    Leaves,
    Dots,
    Diamonds,
    Waves,
    Blocks,
    Blossom,
    Bands,
    Stars,
}

/// Its colours: the thing's own, a darker, a lighter, and one that speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Colours {
    pub(crate) main: Ink,
    pub(crate) deep: Ink,
    pub(crate) pale: Ink,
    pub(crate) accent: Ink,
}

impl Pattern {
    /// How a shop calls it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Plain => "素色",
            Self::Stripe => "细条",
            Self::Check => "格纹",
            Self::Hills => "远山",
            Self::Leaves => "枝叶",
            Self::Dots => "波点",
            Self::Diamonds => "菱格",
            Self::Waves => "水波",
            Self::Blocks => "拼色",
            Self::Blossom => "小花",
            Self::Bands => "横纹",
            Self::Stars => "星夜",
        }
    }
}

/// Fills the box with the pattern; the caller has clipped to the thing. `scale` 1 = a cushion's size.
pub(crate) fn lay(
    c: &mut Canvas,
    kind: Pattern,
    k: &Colours,
    area: (f32, f32, f32, f32),
    scale: f32,
    rng: &mut Rng,
) {
    let (x, y, w, h) = area;
    c.fill(&rect(x, y, w, h), k.main);
    match kind {
        Pattern::Plain => weave(c, k, area),
        Pattern::Stripe => {
            let step = 22.0 * scale;
            for i in 0..=(w / step) as i32 {
                let at = x + i as f32 * step;
                c.fill(&rect(at, y, step * 0.34, h), thin(k.pale, 0.85));
                c.fill(&rect(at + step * 0.52, y, step * 0.08, h), thin(k.deep, 0.7));
            }
        }
        Pattern::Check => {
            let step = 40.0 * scale;
            for i in 0..=(w / step) as i32 {
                c.fill(&rect(x + i as f32 * step, y, step * 0.42, h), thin(k.deep, 0.42));
                c.fill(
                    &rect(x + i as f32 * step + step * 0.66, y, step * 0.06, h),
                    thin(k.pale, 0.9),
                );
            }
            for i in 0..=(h / step) as i32 {
                c.fill(&rect(x, y + i as f32 * step, w, step * 0.42), thin(k.deep, 0.36));
                c.fill(
                    &rect(x, y + i as f32 * step + step * 0.66, w, step * 0.06),
                    thin(k.pale, 0.9),
                );
            }
        }
        Pattern::Hills => hills(c, k, area, rng),
        Pattern::Leaves => {
            let step = 46.0 * scale;
            let mut row = 0;
            let mut at = y - step * 0.3;
            while at < y + h + step {
                let shift = if row % 2 == 0 { 0.0 } else { step / 2.0 };
                for i in -1..=(w / step) as i32 + 1 {
                    let turn = rng.f32() * 1.4 - 0.7;
                    let ink = if rng.u8(0..5) == 0 {
                        k.accent
                    } else if rng.bool() {
                        k.deep
                    } else {
                        k.pale
                    };
                    leaf(c, x + i as f32 * step + shift, at, step * 0.42, turn - 1.2, ink);
                    leaf(c, x + i as f32 * step + shift, at, step * 0.3, turn + 0.2, ink);
                }
                row += 1;
                at += step * 0.8;
            }
        }
        Pattern::Dots => {
            let step = 30.0 * scale;
            for j in 0..=(h / step) as i32 + 1 {
                for i in 0..=(w / step) as i32 + 1 {
                    let shift = if j % 2 == 0 { 0.0 } else { step / 2.0 };
                    let ink = if (i + j * 2) % 5 == 0 { k.accent } else { k.pale };
                    c.fill(
                        &oval(
                            x + i as f32 * step + shift,
                            y + j as f32 * step,
                            step * 0.17,
                            step * 0.17,
                        ),
                        thin(ink, 0.95),
                    );
                }
            }
        }
        Pattern::Diamonds => {
            let step = 44.0 * scale;
            for j in 0..=(h / step * 1.0) as i32 + 1 {
                for i in 0..=(w / step) as i32 + 1 {
                    let (cx, cy) = (x + i as f32 * step, y + j as f32 * step);
                    let d = |r: f32| poly(&[(cx, cy - r), (cx + r, cy), (cx, cy + r), (cx - r, cy)]);
                    c.line(&d(step * 0.5), 1.6 * scale, thin(k.deep, 0.7));
                    c.fill(
                        &d(step * 0.26),
                        thin(if (i + j) % 2 == 0 { k.pale } else { k.deep }, 0.75),
                    );
                    c.fill(&d(step * 0.1), thin(k.accent, 0.9));
                }
            }
        }
        Pattern::Waves => {
            let step = 20.0 * scale;
            for j in 0..=(h / step) as i32 + 1 {
                let at = y + j as f32 * step;
                let points: Vec<(f32, f32)> = (0..=(w / 8.0) as i32 + 1)
                    .map(|i| {
                        let px = x + i as f32 * 8.0;
                        (
                            px,
                            at + (px / (15.0 * scale) + j as f32 * 0.9).sin() * step * 0.26,
                        )
                    })
                    .collect();
                c.line(
                    &thread(&points),
                    1.8 * scale,
                    thin(if j % 4 == 0 { k.deep } else { k.pale }, 0.8),
                );
            }
        }
        Pattern::Blocks => {
            let cuts = [
                (0.0, 0.0, 0.58, 0.46, k.main),
                (0.58, 0.0, 0.42, 0.72, k.pale),
                (0.0, 0.46, 0.36, 0.54, k.deep),
                (0.36, 0.72, 0.64, 0.28, k.accent),
            ];
            for (a, b, cw, ch, ink) in cuts {
                c.fill(&rect(x + a * w, y + b * h, cw * w + 0.6, ch * h + 0.6), ink);
            }
            weave(c, k, area);
        }
        Pattern::Blossom => {
            let step = 42.0 * scale;
            for j in 0..=(h / step) as i32 + 1 {
                for i in 0..=(w / step) as i32 + 1 {
                    let shift = if j % 2 == 0 { 0.0 } else { step / 2.0 };
                    let (cx, cy) = (
                        x + i as f32 * step + shift + rng.f32() * 6.0 * scale,
                        y + j as f32 * step + rng.f32() * 6.0 * scale,
                    );
                    let ink = if rng.u8(0..3) == 0 { k.accent } else { k.pale };
                    leaf(c, cx, cy, step * 0.3, 2.2, k.deep);
                    for petal in 0..5u8 {
                        let a = f32::from(petal) * 1.257;
                        c.fill(
                            &oval(
                                cx + a.cos() * step * 0.11,
                                cy + a.sin() * step * 0.11,
                                step * 0.09,
                                step * 0.09,
                            ),
                            ink,
                        );
                    }
                    c.fill(&oval(cx, cy, step * 0.05, step * 0.05), k.deep);
                }
            }
        }
        Pattern::Bands => {
            let mut at = y;
            let mut i = 0;
            let heights = [26.0, 10.0, 4.0, 16.0, 6.0, 34.0, 3.0, 12.0];
            let inks = [k.main, k.pale, k.deep, k.main, k.accent, k.pale, k.deep, k.main];
            while at < y + h {
                let tall = heights[i % heights.len()] * scale;
                c.fill(&rect(x, at, w, tall), inks[i % inks.len()]);
                at += tall;
                i += 1;
            }
        }
        Pattern::Stars => {
            let count = (w * h / (900.0 * scale * scale)) as i32;
            for _ in 0..count {
                let (cx, cy) = (x + rng.f32() * w, y + rng.f32() * h);
                let r = (1.2 + rng.f32() * 3.2) * scale;
                let ink = if rng.u8(0..6) == 0 { k.accent } else { k.pale };
                c.fill(
                    &shape(&format!(
                        "M {cx} {} Q {cx} {cy} {} {cy} Q {cx} {cy} {cx} {} Q {cx} {cy} {} {cy} Q {cx} {cy} {cx} {} Z",
                        cy - r * 2.2, cx + r * 2.2, cy + r * 2.2, cx - r * 2.2, cy - r * 2.2
                    )),
                    ink,
                );
            }
            let (mx, my) = (x + w * 0.68, y + h * 0.28);
            let r = w.min(h) * 0.09;
            c.fill(&oval(mx, my, r, r), k.accent);
            c.fill(&oval(mx + r * 0.42, my - r * 0.2, r * 0.84, r * 0.84), k.main);
        }
    }
}

/// The crossing threads of a cloth, hardly seen.
fn weave(c: &mut Canvas, k: &Colours, (x, y, w, h): (f32, f32, f32, f32)) {
    for i in 0..=(w / 4.0) as i32 {
        c.fill(&rect(x + i as f32 * 4.0, y, 1.2, h), thin(k.deep, 0.07));
    }
    for i in 0..=(h / 4.0) as i32 {
        c.fill(&rect(x, y + i as f32 * 4.0, w, 1.2), thin(k.pale, 0.10));
    }
}

/// A single leaf that grows from a point.
pub(crate) fn leaf(c: &mut Canvas, x: f32, y: f32, long: f32, turn: f32, ink: Ink) {
    let (cos, sin) = (turn.cos(), turn.sin());
    let at = |along: f32, aside: f32| (x + along * cos - aside * sin, y + along * sin + aside * cos);
    let (tip, left, right) = (
        at(long, 0.0),
        at(long * 0.5, long * 0.34),
        at(long * 0.5, -long * 0.34),
    );
    c.fill(
        &shape(&format!(
            "M {x} {y} Q {} {} {} {} Q {} {} {x} {y} Z",
            left.0, left.1, tip.0, tip.1, right.0, right.1
        )),
        thin(ink, 0.92),
    );
}

/// Hills one behind another, with a sun or a moon.
pub(crate) fn hills(c: &mut Canvas, k: &Colours, (x, y, w, h): (f32, f32, f32, f32), rng: &mut Rng) {
    c.fill(&rect(x, y, w, h), k.pale);
    let r = w.min(h) * (0.07 + rng.f32() * 0.04);
    c.fill(
        &oval(
            x + w * (0.25 + rng.f32() * 0.5),
            y + h * (0.2 + rng.f32() * 0.12),
            r,
            r,
        ),
        k.accent,
    );
    for layer in 0..4u8 {
        let part = f32::from(layer) / 3.0;
        let base = y + h * (0.42 + part * 0.4);
        let tall = h * (0.2 - part * 0.05);
        let phase = rng.f32() * 6.3;
        let speed = 1.4 + rng.f32() * 1.4;
        let mut points = vec![(x - 2.0, y + h + 2.0)];
        for i in 0..=36 {
            let t = i as f32 / 36.0;
            let rise = ((t * speed * 3.1 + phase).sin() + 0.45 * (t * speed * 7.3 + phase * 2.0).sin()) * 0.5;
            points.push((x + t * w, base - rise * tall));
        }
        points.push((x + w + 2.0, y + h + 2.0));
        c.fill(&poly(&points), k.pale.mix(k.deep, 0.25 + part * 0.7));
    }
}
