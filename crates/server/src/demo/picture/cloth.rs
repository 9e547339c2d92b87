//! Things of cloth.

use super::Scene;
use super::canvas::{Canvas, Fill, Ink, across, down, oval, poly, rect, shape, soft, thin, thread};
use super::pattern::{Colours, Pattern, lay};

/// Folds that hang down: light and dark bands over what was drawn.
fn folds(c: &mut Canvas, x: f32, w: f32, y: f32, h: f32, count: usize, strength: f32) {
    let one = w / count as f32;
    for i in 0..count {
        let left = x + i as f32 * one;
        let shade = Fill::Line(
            (left, 0.0),
            (left + one, 0.0),
            vec![
                (0.0, Ink(30, 24, 22), 0.30 * strength),
                (0.35, Ink(255, 255, 250), 0.16 * strength),
                (0.6, Ink(255, 255, 250), 0.0),
                (1.0, Ink(30, 24, 22), 0.34 * strength),
            ],
        );
        c.fill(&rect(left, y, one + 0.5, h), shade);
    }
}

/// A window with sky, a tree or hills outside.
fn window(s: &mut Scene, x: f32, y: f32, w: f32, h: f32) {
    let frame = Ink::of(0xFA_F8F3);
    s.c.fill(&rect(x - 9.0, y - 9.0, w + 18.0, h + 18.0), frame.dark(0.08));
    s.c.fill(&rect(x - 6.0, y - 6.0, w + 12.0, h + 12.0), frame);
    let pane = rect(x, y, w, h);
    let far = s.rng.f32();
    let mut rng = s.rng.fork();
    s.c.inside(&pane, |c| {
        c.fill(&pane, down(y, y + h, Ink::of(0xD4_E3EA), Ink::of(0xF6_F1E4)));
        let green = Ink::of(0x9D_B39C);
        for layer in 0..3u8 {
            let base = y + h * (0.62 + f32::from(layer) * 0.13);
            let points: Vec<(f32, f32)> = std::iter::once((x, y + h))
                .chain((0..=20).map(|i| {
                    let t = i as f32 / 20.0;
                    (
                        x + w * t,
                        base + ((t * 5.0 + far * 6.0 + f32::from(layer) * 2.0).sin()) * h * 0.04,
                    )
                }))
                .chain(std::iter::once((x + w, y + h)))
                .collect();
            c.fill(
                &poly(&points),
                green.mix(Ink::of(0xDF_E9E2), 0.6 - f32::from(layer) * 0.25),
            );
        }
        c.glow(
            x + w * (0.3 + rng.f32() * 0.4),
            y + h * 0.25,
            w * 0.4,
            Ink::of(0xFF_FBEA),
            0.7,
        );
    });
    s.c.fill(&rect(x + w / 2.0 - 3.0, y, 6.0, h), frame);
    s.c.fill(&rect(x, y + h * 0.38, w, 5.0), frame);
}

fn rod(s: &mut Scene, y: f32) {
    let metal = if s.rng.bool() {
        Ink::of(0x6B_5645)
    } else {
        Ink::of(0xB5_9A6A)
    };
    s.c.fill(
        &soft(28.0, y, 424.0, 8.0, 4.0),
        down(y, y + 8.0, metal.light(0.4), metal.dark(0.2)),
    );
    for x in [26.0, 454.0] {
        s.c.fill(
            &oval(x, y + 4.0, 9.0, 9.0),
            Fill::Round(
                (x - 2.0, y + 1.0),
                12.0,
                vec![(0.0, metal.light(0.5), 1.0), (1.0, metal.dark(0.2), 1.0)],
            ),
        );
    }
}

/// A hanging cloth from `x` to `x2`; `gather` pulls its waist towards the outside.
fn panel(s: &mut Scene, x: f32, x2: f32, y: f32, y2: f32, gather: f32, alpha: f32) {
    let w = x2 - x;
    let outside_left = x < 240.0;
    let (inner_top, inner_mid, inner_low) = if outside_left {
        (x2, x2 - gather, x2 - gather * 0.45)
    } else {
        (x, x + gather, x + gather * 0.45)
    };
    let outer = if outside_left { x } else { x2 };
    let waist = y + (y2 - y) * 0.56;
    let body = if gather > 1.0 {
        shape(&format!(
            "M {outer} {y} L {inner_top} {y} Q {inner_top} {} {inner_mid} {waist} Q {inner_mid} {} {inner_low} {y2} L {outer} {y2} Z",
            y + (waist - y) * 0.72,
            waist + (y2 - waist) * 0.3
        ))
    } else {
        let mut hem = format!("M {x} {y} L {x2} {y} L {x2} {y2}");
        let waves = (w / 22.0).max(3.0) as i32;
        for i in 0..waves {
            let a = x2 - w * (i as f32 + 0.5) / waves as f32;
            let b = x2 - w * (i as f32 + 1.0) / waves as f32;
            hem.push_str(&format!(" Q {a} {} {b} {y2}", y2 + 7.0));
        }
        shape(&format!("{hem} Z"))
    };
    let (pattern, k) = (s.look.pattern, s.k);
    let mut rng = s.rng.fork();
    if alpha < 1.0 {
        s.c.fill(&body, thin(k.pale.light(0.2), alpha));
        let tall = y2 - y;
        s.c.inside(&body, |c| {
            for i in 0..(w / 5.0) as i32 {
                c.fill(&rect(x + i as f32 * 5.0, y, 1.4, tall), thin(k.main, 0.35));
            }
            if pattern != Pattern::Plain {
                for i in 0..26 {
                    let (px, py) = (x + rng.f32() * w, y + tall * (0.3 + 0.68 * rng.f32()));
                    super::pattern::leaf(
                        c,
                        px,
                        py,
                        14.0,
                        rng.f32() * 6.3,
                        if i % 4 == 0 { k.accent } else { k.main },
                    );
                }
            }
        });
    } else {
        s.c.inside(&body, |c| {
            lay(c, pattern, &k, (x, y, w, y2 - y + 8.0), 0.92, &mut rng)
        });
    }
    let count = (w / 19.0).max(3.0) as usize;
    let strength = if alpha < 1.0 { 0.45 } else { 0.95 };
    s.c.inside(&body, |c| folds(c, x, w, y, y2 - y + 8.0, count, strength));
    if gather > 1.0 {
        let at = if outside_left { inner_mid } else { outer };
        let from = if outside_left { x } else { inner_mid };
        let band = soft(
            from.min(at) - 3.0,
            waist - 7.0,
            (at - from).abs() + 6.0,
            14.0,
            7.0,
        );
        s.c.fill(&band, k.accent.mix(k.deep, 0.25));
    }
}

pub(super) fn curtain(s: &mut Scene) {
    s.room(432.0);
    let skirting = s.wall.light(0.6);
    s.c.fill(&rect(0.0, 418.0, 480.0, 14.0), skirting);
    window(s, 118.0, 84.0, 244.0, 250.0);
    match s.look.form {
        // Two cloths, open, with ties.
        0 => {
            rod(s, 46.0);
            panel(s, 40.0, 178.0, 52.0, 424.0, 62.0, 1.0);
            panel(s, 302.0, 440.0, 52.0, 424.0, 62.0, 1.0);
        }
        // Two cloths that hang straight, a thin one between.
        1 => {
            rod(s, 46.0);
            panel(s, 120.0, 360.0, 54.0, 414.0, 0.0, 0.55);
            panel(s, 40.0, 140.0, 52.0, 424.0, 0.0, 1.0);
            panel(s, 340.0, 440.0, 52.0, 424.0, 0.0, 1.0);
        }
        // Thin cloths alone.
        2 => {
            rod(s, 46.0);
            panel(s, 44.0, 242.0, 52.0, 424.0, 0.0, 0.62);
            panel(s, 238.0, 436.0, 52.0, 424.0, 0.0, 0.62);
        }
        // A Roman shade.
        _ => {
            let (x, w) = (102.0, 276.0);
            let (pattern, k) = (s.look.pattern, s.k);
            let mut rng = s.rng.fork();
            s.c.fill(
                &soft(x - 6.0, 66.0, w + 12.0, 16.0, 4.0),
                k.deep.mix(Ink::of(0x6B_5645), 0.5),
            );
            let body = rect(x, 78.0, w, 178.0);
            s.c.inside(&body, |c| lay(c, pattern, &k, (x, 78.0, w, 178.0), 1.0, &mut rng));
            for i in 0..5u8 {
                let top = 78.0 + f32::from(i) * 34.0;
                s.c.fill(
                    &rect(x, top, w, 38.0),
                    Fill::Line(
                        (0.0, top),
                        (0.0, top + 36.0),
                        vec![
                            (0.0, Ink(255, 255, 250), 0.20),
                            (0.7, Ink(30, 24, 22), 0.02),
                            (1.0, Ink(30, 24, 22), 0.34),
                        ],
                    ),
                );
            }
            s.c.shadow(240.0, 262.0, 136.0, 9.0, 0.3);
            for (px, by) in [(150.0, 0.3), (330.0, -0.2)] {
                s.c.line(&thread(&[(px, 256.0), (px + by, 300.0)]), 1.2, k.deep);
                s.c.fill(&oval(px, 303.0, 3.6, 5.5), k.accent);
            }
            let plant = Ink::of(0x6C_8A68);
            s.c.shadow(392.0, 434.0, 40.0, 8.0, 0.4);
            s.c.fill(
                &shape("M 366 370 L 420 370 L 412 432 L 374 432 Z"),
                across(
                    366.0,
                    420.0,
                    &[
                        (0.0, Ink::of(0xD9_CBB8)),
                        (0.5, Ink::of(0xF0_E7DA)),
                        (1.0, Ink::of(0xB9_A78F)),
                    ],
                ),
            );
            for i in 0..9u8 {
                let turn = -2.7 + f32::from(i) * 0.28;
                super::pattern::leaf(
                    &mut s.c,
                    393.0,
                    372.0,
                    60.0 + f32::from(i % 3) * 18.0,
                    turn,
                    plant.mix(Ink::of(0xA9_BF9B), f32::from(i % 4) * 0.25),
                );
            }
        }
    }
}

pub(super) fn cushion(s: &mut Scene) {
    s.room(392.0);
    // The seat of a sofa.
    let seat = s.wall.dark(0.10).mix(Ink::of(0xB8_B2A6), 0.4);
    s.c.fill(
        &soft(-30.0, 150.0, 540.0, 300.0, 36.0),
        down(150.0, 400.0, seat.light(0.25), seat),
    );
    s.c.fill(
        &soft(-30.0, 352.0, 540.0, 150.0, 30.0),
        down(352.0, 480.0, seat.light(0.34), seat.dark(0.12)),
    );
    s.c.line(
        &thread(&[(0.0, 354.0), (240.0, 350.0), (480.0, 354.0)]),
        2.0,
        thin(seat.dark(0.5), 0.35),
    );
    let (pattern, k) = (s.look.pattern, s.k);
    let mut rng = s.rng.fork();
    let (body, area, scale) = match s.look.form {
        0 => (
            "M 106 118 Q 240 140 374 118 Q 356 246 378 374 Q 240 352 102 374 Q 124 246 106 118 Z".to_owned(),
            (96.0, 110.0, 290.0, 270.0),
            1.0,
        ),
        1 => (
            "M 62 196 Q 240 212 418 196 Q 404 284 422 374 Q 240 356 58 374 Q 76 284 62 196 Z".to_owned(),
            (54.0, 190.0, 372.0, 190.0),
            0.86,
        ),
        _ => ("M 240 106 C 330 106 384 168 384 244 C 384 322 326 380 240 380 C 154 380 96 322 96 244 C 96 168 150 106 240 106 Z".to_owned(), (92.0, 102.0, 296.0, 282.0), 1.0),
    };
    s.c.shadow(246.0, 376.0, 168.0, 22.0, 0.5);
    let body = shape(&body);
    s.c.inside(&body, |c| lay(c, pattern, &k, area, scale, &mut rng));
    let (x, y, w, h) = area;
    s.c.fill(
        &body,
        Fill::Round(
            (x + w * 0.4, y + h * 0.36),
            w * 0.72,
            vec![
                (0.0, Ink(255, 255, 250), 0.22),
                (0.5, Ink(255, 255, 250), 0.0),
                (1.0, Ink(30, 24, 22), 0.42),
            ],
        ),
    );
    for (a, b) in [
        ((0.10, 0.10), (0.26, 0.30)),
        ((0.90, 0.10), (0.76, 0.28)),
        ((0.08, 0.92), (0.26, 0.74)),
        ((0.92, 0.92), (0.74, 0.72)),
    ] {
        if s.look.form < 2 {
            s.c.line(
                &thread(&[
                    (x + w * a.0, y + h * a.1),
                    (x + w * (a.0 + b.0) / 2.0, y + h * (a.1 + b.1) / 2.0 + 3.0),
                    (x + w * b.0, y + h * b.1),
                ]),
                3.0,
                thin(k.deep.dark(0.2), 0.22),
            );
        }
    }
    s.c.line(&body, 3.4, k.deep.mix(k.main, 0.3));
    match s.look.form {
        0 if s.look.seed.is_multiple_of(3) => {
            for (px, py) in [(106.0, 118.0), (374.0, 118.0), (378.0, 374.0), (102.0, 374.0)] {
                s.c.fill(&oval(px, py, 8.0, 8.0), k.accent);
                for i in 0..5u8 {
                    let dx = (f32::from(i) - 2.0) * 3.4;
                    s.c.line(
                        &thread(&[(px, py + 4.0), (px + dx, py + 26.0)]),
                        2.2,
                        k.accent.dark(0.1),
                    );
                }
            }
        }
        2 => s.c.fill(&oval(240.0, 240.0, 9.0, 9.0), k.accent),
        _ => {}
    }
}

pub(super) fn bedding(s: &mut Scene) {
    s.room(400.0);
    let (pattern, k) = (s.look.pattern, s.k);
    let mut rng = s.rng.fork();
    let wood = s.wood.dark(0.12);
    // Headboard.
    match s.look.form {
        0 => s.c.fill(
            &soft(44.0, 96.0, 392.0, 240.0, 34.0),
            down(96.0, 330.0, wood.light(0.16), wood),
        ),
        1 => {
            for i in 0..9u8 {
                let x = 52.0 + f32::from(i) * 43.0;
                s.c.fill(
                    &rect(x, 112.0, 30.0, 220.0),
                    across(x, x + 30.0, &[(0.0, wood.light(0.2)), (1.0, wood)]),
                );
            }
            s.c.fill(
                &soft(40.0, 98.0, 400.0, 22.0, 8.0),
                down(98.0, 120.0, wood.light(0.25), wood),
            );
        }
        _ => {
            let felt = k.accent.mix(s.wall, 0.55);
            s.c.fill(
                &shape("M 46 340 L 46 150 Q 60 92 240 88 Q 420 92 434 150 L 434 340 Z"),
                down(88.0, 320.0, felt.light(0.2), felt.dark(0.06)),
            );
            for i in 1..6u8 {
                let x = 46.0 + f32::from(i) * 64.6;
                s.c.line(
                    &thread(&[(x, 104.0), (x, 330.0)]),
                    2.0,
                    thin(felt.dark(0.4), 0.28),
                );
            }
        }
    }
    s.c.shadow(240.0, 444.0, 220.0, 18.0, 0.45);
    s.c.fill(
        &soft(34.0, 300.0, 412.0, 136.0, 16.0),
        down(300.0, 436.0, k.pale.light(0.4), k.pale.dark(0.06)),
    );
    // Pillows, the back ones plain.
    let mut pillow = |s: &mut Scene, x: f32, y: f32, w: f32, h: f32, plain: bool| {
        let body = shape(&format!(
            "M {} {y} Q {} {} {} {y} Q {} {} {} {} Q {} {} {} {} Q {} {} {} {y} Z",
            x + 8.0,
            x + w / 2.0,
            y + 6.0,
            x + w - 8.0,
            x + w + 5.0,
            y + h / 2.0,
            x + w - 4.0,
            y + h,
            x + w / 2.0,
            y + h - 4.0,
            x + 4.0,
            y + h,
            x - 5.0,
            y + h / 2.0,
            x + 8.0
        ));
        if plain {
            s.c.fill(&body, k.pale.light(0.35));
        } else {
            s.c.inside(&body, |c| {
                lay(
                    c,
                    pattern,
                    &k,
                    (x - 4.0, y - 4.0, w + 8.0, h + 8.0),
                    0.62,
                    &mut rng,
                )
            });
        }
        s.c.fill(
            &body,
            Fill::Round(
                (x + w * 0.42, y + h * 0.3),
                w * 0.7,
                vec![
                    (0.0, Ink(255, 255, 250), 0.24),
                    (0.55, Ink(255, 255, 250), 0.0),
                    (1.0, Ink(30, 24, 22), 0.30),
                ],
            ),
        );
        s.c.line(&body, 1.4, thin(k.deep, 0.5));
    };
    pillow(s, 76.0, 204.0, 148.0, 92.0, true);
    pillow(s, 256.0, 204.0, 148.0, 92.0, true);
    pillow(s, 96.0, 228.0, 136.0, 84.0, false);
    pillow(s, 248.0, 228.0, 136.0, 84.0, false);
    // The quilt, its upper edge turned back.
    let quilt =
        shape("M 40 316 Q 140 300 240 306 Q 340 300 440 316 L 452 428 Q 340 442 240 438 Q 140 442 28 428 Z");
    let mut rng = s.rng.fork();
    s.c.inside(&quilt, |c| {
        lay(c, pattern, &k, (20.0, 296.0, 440.0, 150.0), 0.95, &mut rng);
        for i in 0..7u8 {
            let x = 70.0 + f32::from(i) * 58.0;
            let fill = Fill::Line(
                (x - 26.0, 0.0),
                (x + 30.0, 0.0),
                vec![
                    (0.0, Ink(255, 255, 250), 0.0),
                    (0.45, Ink(255, 255, 250), 0.14),
                    (0.55, Ink(30, 24, 22), 0.12),
                    (1.0, Ink(30, 24, 22), 0.0),
                ],
            );
            c.fill(&rect(x - 26.0, 300.0, 56.0, 150.0), fill);
        }
    });
    s.c.fill(
        &quilt,
        Fill::Line(
            (0.0, 300.0),
            (0.0, 440.0),
            vec![
                (0.0, Ink(255, 255, 250), 0.10),
                (0.7, Ink(30, 24, 22), 0.0),
                (1.0, Ink(30, 24, 22), 0.26),
            ],
        ),
    );
    let back =
        shape("M 40 316 Q 140 300 240 306 Q 340 300 440 316 L 446 346 Q 340 332 240 338 Q 140 332 34 346 Z");
    s.c.fill(
        &back,
        down(304.0, 346.0, k.pale.light(0.25), k.pale.mix(k.accent, 0.22)),
    );
    s.c.line(
        &thread(&[
            (34.0, 346.0),
            (140.0, 333.0),
            (240.0, 338.0),
            (340.0, 333.0),
            (446.0, 346.0),
        ]),
        1.6,
        thin(k.deep, 0.45),
    );
    if s.look.seed.is_multiple_of(2) {
        let throw = shape("M 290 308 L 400 312 L 412 434 L 306 440 Z");
        s.c.fill(
            &throw,
            across(
                290.0,
                412.0,
                &[
                    (0.0, k.accent),
                    (0.5, k.accent.light(0.2)),
                    (1.0, k.accent.dark(0.16)),
                ],
            ),
        );
        for i in 0..12u8 {
            let x = 308.0 + f32::from(i) * 9.2;
            s.c.line(&thread(&[(x, 438.0), (x + 1.0, 452.0)]), 2.0, k.accent.dark(0.1));
        }
    }
}

/// A flat point of the floor, seen from the front: `u` left to right, `v` far to near, both 0 to 1.
fn floor(u: f32, v: f32) -> (f32, f32) {
    let y = 176.0 + v * 250.0;
    let half = 128.0 + v * 88.0;
    (240.0 + (u - 0.5) * 2.0 * half, y)
}

pub(super) fn rug(s: &mut Scene) {
    let wood = s.wood.mix(Ink::of(0xD8_C3A5), 0.3);
    s.c.fill(&rect(0.0, 0.0, 480.0, 480.0), wood);
    s.c.fill(
        &rect(0.0, 0.0, 480.0, 116.0),
        down(0.0, 116.0, s.wall.light(0.3), s.wall),
    );
    s.c.fill(&rect(0.0, 100.0, 480.0, 16.0), s.wall.light(0.6));
    for i in 0..13 {
        let x = -140.0 + i as f32 * 64.0;
        s.c.line(
            &thread(&[(240.0 + (x - 240.0) * 0.62, 116.0), (x, 480.0)]),
            1.2,
            thin(wood.dark(0.5), 0.35),
        );
    }
    for i in 0..9 {
        s.c.fill(
            &rect(0.0, 116.0, 480.0, 364.0),
            thin(wood.dark(0.4), 0.008 * i as f32),
        );
    }
    s.c.glow(120.0, 190.0, 300.0, Ink::of(0xFF_F6E0), 0.35);
    let k = s.k;
    let quad =
        |u: f32, v: f32, u2: f32, v2: f32| poly(&[floor(u, v), floor(u2, v), floor(u2, v2), floor(u, v2)]);
    s.c.shadow(240.0, 424.0, 226.0, 14.0, 0.35);
    match s.look.form {
        // Round.
        1 => {
            let ring = |part: f32| oval(240.0, 300.0, 200.0 * part, 124.0 * part);
            let inks = [k.deep, k.main, k.pale, k.main, k.accent, k.pale, k.main, k.deep];
            let steps = if s.look.pattern == Pattern::Plain { 2 } else { 8 };
            for i in 0..steps {
                s.c.fill(
                    &ring(1.0 - i as f32 / steps as f32),
                    if steps == 2 { [k.deep, k.main][i] } else { inks[i] },
                );
            }
            if steps == 2 {
                s.c.fill(&ring(0.93), k.main);
            }
            if matches!(s.look.pattern, Pattern::Leaves | Pattern::Blossom) {
                for i in 0..16u8 {
                    let a = f32::from(i) * std::f32::consts::FRAC_PI_8;
                    super::pattern::leaf(
                        &mut s.c,
                        240.0 + a.cos() * 120.0,
                        300.0 + a.sin() * 74.0,
                        34.0,
                        a,
                        k.deep,
                    );
                }
            }
            let mut rng = s.rng.fork();
            for _ in 0..260 {
                let (a, r) = (rng.f32() * std::f32::consts::TAU, rng.f32().sqrt());
                let (x, y) = (240.0 + a.cos() * r * 196.0, 300.0 + a.sin() * r * 120.0);
                s.c.line(&thread(&[(x, y), (x + 2.0, y + 4.0)]), 1.0, thin(k.deep, 0.25));
            }
        }
        form => {
            s.c.fill(&quad(0.0, 0.0, 1.0, 1.0), k.main);
            let grid = |s: &mut Scene, nu: i32, nv: i32, pick: &dyn Fn(i32, i32) -> Option<Ink>| {
                for j in 0..nv {
                    for i in 0..nu {
                        if let Some(ink) = pick(i, j) {
                            s.c.fill(
                                &quad(
                                    i as f32 / nu as f32,
                                    j as f32 / nv as f32,
                                    (i + 1) as f32 / nu as f32,
                                    (j + 1) as f32 / nv as f32,
                                ),
                                ink,
                            );
                        }
                    }
                }
            };
            match s.look.pattern {
                Pattern::Bands | Pattern::Stripe => grid(s, 1, 14, &|_, j| {
                    [
                        None,
                        Some(k.pale),
                        None,
                        Some(k.deep),
                        Some(k.accent),
                        None,
                        Some(k.pale),
                    ][(j % 7) as usize]
                }),
                Pattern::Check => grid(s, 8, 8, &|i, j| ((i + j) % 2 == 0).then_some(k.pale)),
                Pattern::Blocks => grid(s, 3, 3, &|i, j| {
                    Some(
                        [
                            k.main,
                            k.pale,
                            k.deep,
                            k.accent,
                            k.main.light(0.2),
                            k.pale,
                            k.deep.light(0.3),
                            k.main,
                            k.pale,
                        ][((i * 2 + j * 3) % 9) as usize],
                    )
                }),
                Pattern::Waves | Pattern::Hills => {
                    for j in 0..13 {
                        let points: Vec<(f32, f32)> = (0..=30)
                            .map(|i| {
                                let u = i as f32 / 30.0;
                                floor(
                                    u,
                                    (j as f32 + 0.5) / 13.0 + (u * 9.0 + j as f32 * 0.8).sin() * 0.025,
                                )
                            })
                            .collect();
                        s.c.line(
                            &thread(&points),
                            4.0,
                            thin(
                                if j % 4 == 1 {
                                    k.accent
                                } else if j % 2 == 0 {
                                    k.pale
                                } else {
                                    k.deep
                                },
                                0.85,
                            ),
                        );
                    }
                }
                Pattern::Dots | Pattern::Stars => {
                    for j in 0..7 {
                        for i in 0..8 {
                            let (x, y) = floor(
                                (i as f32 + if j % 2 == 0 { 0.3 } else { 0.75 }) / 8.0,
                                (j as f32 + 0.5) / 7.0,
                            );
                            s.c.fill(
                                &oval(x, y, 9.0 + j as f32, 5.0 + j as f32 * 0.6),
                                if (i + j) % 4 == 0 { k.accent } else { k.pale },
                            );
                        }
                    }
                }
                Pattern::Plain => {
                    for j in 0..30 {
                        s.c.line(
                            &thread(&[floor(0.0, j as f32 / 30.0), floor(1.0, j as f32 / 30.0)]),
                            1.4,
                            thin(if j % 2 == 0 { k.deep } else { k.pale }, 0.22),
                        );
                    }
                }
                // A border, and figures in the middle.
                _ => {
                    for (edge, ink) in [(0.05, k.deep), (0.085, k.pale), (0.11, k.main)] {
                        s.c.fill(&quad(edge, edge, 1.0 - edge, 1.0 - edge), ink);
                    }
                    for i in 0..3 {
                        let mid = (i as f32 + 0.5) / 3.0 * 0.72 + 0.14;
                        for (r, ink) in [
                            (0.15, k.deep),
                            (0.115, k.pale),
                            (0.075, k.accent),
                            (0.035, k.deep),
                        ] {
                            s.c.fill(
                                &poly(&[
                                    floor(mid, 0.5 - r * 1.9),
                                    floor(mid + r, 0.5),
                                    floor(mid, 0.5 + r * 1.9),
                                    floor(mid - r, 0.5),
                                ]),
                                ink,
                            );
                        }
                    }
                    for i in 0..14 {
                        let u = 0.13 + i as f32 * 0.057;
                        for v in [0.14, 0.86] {
                            let (x, y) = floor(u, v);
                            s.c.fill(
                                &poly(&[(x, y - 6.0), (x + 7.0, y), (x, y + 6.0), (x - 7.0, y)]),
                                thin(k.pale, 0.9),
                            );
                        }
                    }
                }
            }
            if form == 0 {
                for i in 0..46 {
                    let (x, y) = floor((i as f32 + 0.5) / 46.0, 1.0);
                    s.c.line(
                        &thread(&[(x, y), (x + (i % 3) as f32 - 1.0, y + 13.0)]),
                        2.0,
                        k.pale.dark(0.08),
                    );
                    let (x, y) = floor((i as f32 + 0.5) / 46.0, 0.0);
                    s.c.line(&thread(&[(x, y), (x, y - 6.0)]), 1.4, k.pale.dark(0.1));
                }
            }
        }
    }
    // The foot of an armchair, so that the size can be seen.
    if s.look.seed % 2 == 1 {
        let seat = s.wall.dark(0.2);
        s.c.shadow(404.0, 196.0, 74.0, 14.0, 0.4);
        s.c.fill(
            &soft(330.0, 36.0, 170.0, 130.0, 26.0),
            down(36.0, 166.0, seat.light(0.3), seat),
        );
        s.c.fill(
            &soft(322.0, 112.0, 190.0, 66.0, 20.0),
            down(112.0, 178.0, seat.light(0.42), seat.dark(0.05)),
        );
        for x in [344.0, 440.0] {
            s.c.fill(
                &poly(&[(x, 176.0), (x + 12.0, 176.0), (x + 8.0, 202.0), (x + 3.0, 202.0)]),
                Ink::of(0x7A_5C42),
            );
        }
    }
}

pub(super) fn tablecloth(s: &mut Scene) {
    s.room(330.0);
    let (pattern, k) = (s.look.pattern, s.k);
    let mut rng = s.rng.fork();
    let legs = Ink::of(0x8A_6A4C);
    for (x, y) in [(96.0, 300.0), (368.0, 300.0)] {
        s.c.fill(
            &rect(x, y, 15.0, 150.0),
            across(x, x + 15.0, &[(0.0, legs.light(0.2)), (1.0, legs.dark(0.1))]),
        );
    }
    s.c.shadow(240.0, 448.0, 190.0, 14.0, 0.4);
    if s.look.form == 1 {
        // A round table: cloth falls in folds.
        let skirt = shape(
            "M 56 250 C 60 330 62 380 74 420 Q 96 440 116 416 Q 140 444 166 420 Q 192 446 216 420 Q 240 446 266 420 Q 292 446 316 420 Q 342 442 364 416 Q 386 438 406 420 C 418 380 420 330 424 250 Z",
        );
        s.c.inside(&skirt, |c| {
            lay(c, pattern, &k, (50.0, 240.0, 380.0, 206.0), 0.9, &mut rng);
            for i in 0..9u8 {
                let x = 60.0 + f32::from(i) * 44.0;
                c.fill(
                    &rect(x, 240.0, 44.0, 206.0),
                    Fill::Line(
                        (x, 0.0),
                        (x + 44.0, 0.0),
                        vec![
                            (0.0, Ink(30, 24, 22), 0.26),
                            (0.4, Ink(255, 255, 250), 0.10),
                            (1.0, Ink(30, 24, 22), 0.26),
                        ],
                    ),
                );
            }
        });
        let top = oval(240.0, 250.0, 184.0, 54.0);
        s.c.inside(&top, |c| {
            lay(c, pattern, &k, (50.0, 190.0, 380.0, 120.0), 0.8, &mut rng)
        });
        s.c.fill(&top, thin(Ink(255, 253, 246), 0.22));
    } else {
        let runner = s.look.form == 2;
        let board = poly(&[(86.0, 204.0), (394.0, 204.0), (440.0, 286.0), (40.0, 286.0)]);
        s.c.fill(&board, down(204.0, 286.0, legs.light(0.42), legs.light(0.24)));
        s.c.fill(&rect(40.0, 286.0, 400.0, 14.0), legs.dark(0.05));
        let (top, front) = if runner {
            (
                poly(&[(190.0, 204.0), (290.0, 204.0), (306.0, 286.0), (174.0, 286.0)]),
                shape("M 174 286 L 306 286 L 306 384 L 240 406 L 174 384 Z"),
            )
        } else {
            (
                board.clone(),
                shape(
                    "M 40 286 L 440 286 L 446 372 Q 420 382 396 372 Q 370 384 344 373 Q 318 384 292 373 Q 266 384 240 373 Q 214 384 188 373 Q 162 384 136 373 Q 110 384 84 373 Q 58 382 34 372 Z",
                ),
            )
        };
        s.c.inside(&top, |c| {
            lay(c, pattern, &k, (36.0, 200.0, 410.0, 90.0), 0.72, &mut rng)
        });
        s.c.fill(&top, thin(Ink(255, 253, 246), 0.20));
        s.c.inside(&front, |c| {
            lay(c, pattern, &k, (30.0, 284.0, 420.0, 126.0), 0.9, &mut rng);
            c.fill(
                &rect(30.0, 284.0, 420.0, 126.0),
                Fill::Line(
                    (0.0, 284.0),
                    (0.0, 390.0),
                    vec![
                        (0.0, Ink(30, 24, 22), 0.20),
                        (0.3, Ink(255, 255, 250), 0.04),
                        (1.0, Ink(30, 24, 22), 0.16),
                    ],
                ),
            );
        });
        if runner {
            s.c.fill(&oval(240.0, 410.0, 5.0, 6.0), k.accent);
            for i in 0..6u8 {
                s.c.line(
                    &thread(&[(240.0, 412.0), (232.0 + f32::from(i) * 3.2, 434.0)]),
                    2.0,
                    k.accent,
                );
            }
        }
    }
    // What stands on it: a bowl with fruit, or a jug with a branch.
    let white = Ink::of(0xF4_F0E8);
    if s.look.seed.is_multiple_of(2) {
        s.c.shadow(240.0, 248.0, 60.0, 10.0, 0.4);
        for (x, y) in [(218.0, 206.0), (244.0, 198.0), (266.0, 207.0)] {
            s.c.fill(
                &oval(x, y, 17.0, 16.0),
                Fill::Round(
                    (x - 5.0, y - 6.0),
                    26.0,
                    vec![(0.0, Ink::of(0xF3_C58A), 1.0), (1.0, Ink::of(0xC9_7E40), 1.0)],
                ),
            );
        }
        s.c.fill(
            &shape("M 184 208 Q 188 248 240 250 Q 292 248 296 208 Z"),
            across(
                184.0,
                296.0,
                &[(0.0, white), (0.7, white.dark(0.06)), (1.0, white.dark(0.2))],
            ),
        );
    } else {
        s.c.shadow(246.0, 248.0, 40.0, 9.0, 0.4);
        s.c.line(
            &thread(&[(240.0, 190.0), (232.0, 120.0), (262.0, 60.0)]),
            3.0,
            Ink::of(0x7C_5E45),
        );
        for i in 0..11u8 {
            let t = f32::from(i) / 11.0;
            let side = if i % 2 == 0 { -0.6 } else { 0.5 };
            super::pattern::leaf(
                &mut s.c,
                240.0 - 8.0 * (t * 3.1).sin() + t * 20.0,
                182.0 - t * 118.0,
                30.0,
                -1.57 + side,
                Ink::of(0x86_9E7C).mix(Ink::of(0xB9_C6A2), t),
            );
        }
        s.c.fill(
            &shape("M 222 186 L 262 186 Q 274 214 264 248 L 220 248 Q 210 214 222 186 Z"),
            across(
                212.0,
                272.0,
                &[(0.0, white), (0.6, white.dark(0.05)), (1.0, white.dark(0.24))],
            ),
        );
    }
}

/// A fringe along an edge.
fn fringe(s: &mut Scene, from: (f32, f32), to: (f32, f32), long: f32, k: &Colours) {
    for i in 0..34 {
        let t = (i as f32 + 0.5) / 34.0;
        let (x, y) = (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t);
        let by = s.rng.f32() * 4.0 - 2.0;
        s.c.line(
            &thread(&[(x, y), (x + by, y + long)]),
            2.2,
            k.pale.mix(k.main, 0.3),
        );
    }
}

pub(super) fn blanket(s: &mut Scene) {
    let (pattern, k) = (s.look.pattern, s.k);
    let mut rng = s.rng.fork();
    if s.look.form == 0 {
        // Folded in a pile on a stool.
        s.room(372.0);
        s.c.shadow(240.0, 440.0, 160.0, 16.0, 0.4);
        let wood = Ink::of(0xA8_8259);
        for (a, b) in [(126.0, 112.0), (348.0, 360.0)] {
            s.c.fill(
                &poly(&[(a, 338.0), (a + 14.0, 338.0), (b + 10.0, 440.0), (b, 440.0)]),
                wood.dark(0.1),
            );
        }
        s.c.fill(
            &soft(92.0, 322.0, 296.0, 22.0, 10.0),
            down(322.0, 344.0, wood.light(0.2), wood),
        );
        for (i, (x, w)) in [(104.0, 272.0), (110.0, 262.0), (102.0, 270.0), (114.0, 252.0)]
            .iter()
            .enumerate()
        {
            let y = 278.0 - i as f32 * 44.0;
            let body = soft(*x, y, *w, 48.0, 22.0);
            if i % 2 == 0 {
                s.c.inside(&body, |c| lay(c, pattern, &k, (*x, y, *w, 48.0), 0.7, &mut rng));
            } else {
                s.c.fill(&body, [k.pale, k.accent.mix(k.pale, 0.35)][(i / 2) % 2]);
            }
            s.c.fill(
                &body,
                Fill::Line(
                    (0.0, y),
                    (0.0, y + 48.0),
                    vec![
                        (0.0, Ink(255, 255, 250), 0.26),
                        (0.5, Ink(255, 255, 250), 0.0),
                        (1.0, Ink(30, 24, 22), 0.34),
                    ],
                ),
            );
        }
        fringe(s, (120.0, 322.0), (200.0, 322.0), 22.0, &k);
        return;
    }
    // Thrown over the arm of a sofa.
    s.room(404.0);
    let seat = s.wall.dark(0.14);
    s.c.shadow(240.0, 432.0, 250.0, 16.0, 0.4);
    s.c.fill(
        &soft(-40.0, 110.0, 420.0, 300.0, 40.0),
        down(110.0, 410.0, seat.light(0.32), seat),
    );
    s.c.fill(
        &soft(-40.0, 266.0, 400.0, 154.0, 26.0),
        down(266.0, 420.0, seat.light(0.42), seat.dark(0.06)),
    );
    s.c.fill(
        &soft(316.0, 196.0, 120.0, 230.0, 44.0),
        down(196.0, 426.0, seat.light(0.46), seat.dark(0.08)),
    );
    let cloth = shape(
        "M 150 118 Q 260 96 330 190 Q 376 176 424 206 L 430 392 Q 372 404 322 390 L 300 330 Q 220 330 128 322 Q 136 210 150 118 Z",
    );
    s.c.inside(&cloth, |c| {
        lay(c, pattern, &k, (120.0, 90.0, 320.0, 320.0), 0.9, &mut rng);
        for (a, b, w) in [
            ((190.0, 100.0), (168.0, 330.0), 14.0),
            ((260.0, 110.0), (246.0, 336.0), 18.0),
            ((330.0, 190.0), (308.0, 390.0), 20.0),
            ((384.0, 190.0), (384.0, 400.0), 16.0),
        ] {
            c.line(&thread(&[a, b]), w, thin(Ink(30, 24, 22), 0.12));
            c.line(
                &thread(&[(a.0 + w, a.1), (b.0 + w, b.1)]),
                w * 0.7,
                thin(Ink(255, 255, 250), 0.12),
            );
        }
    });
    s.c.line(&cloth, 1.6, thin(k.deep, 0.4));
    fringe(s, (326.0, 392.0), (428.0, 394.0), 20.0, &k);
    fringe(s, (130.0, 322.0), (298.0, 331.0), 18.0, &k);
}
