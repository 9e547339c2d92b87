//! Things of clay, wood, glass and straw.

use super::Scene;
use super::canvas::{Canvas, Fill, Ink, Shape, across, down, oval, poly, rect, shape, soft, thin, thread};
use super::pattern::{Colours, Pattern, hills, lay, leaf};

/// Roundness from left to right: lit from the left.
fn round_fill(x: f32, x2: f32, ink: Ink) -> Fill {
    across(
        x,
        x2,
        &[
            (0.0, ink.dark(0.08)),
            (0.28, ink.light(0.42)),
            (0.5, ink.light(0.06)),
            (0.82, ink.dark(0.2)),
            (1.0, ink.dark(0.1)),
        ],
    )
}

pub(super) fn lamp(s: &mut Scene) {
    let k = s.k;
    let warm = Ink::of(0xFF_EBC2);
    let metal = if s.look.seed.is_multiple_of(2) {
        Ink::of(0x4C_4640)
    } else {
        Ink::of(0xB4_9360)
    };
    match s.look.form {
        // A woven dome that hangs.
        0..=2 => {
            s.room(424.0);
            s.wall = s.wall.dark(0.1);
            table_edge(s);
            s.c.glow(240.0, 240.0, 250.0, warm, 0.75);
            s.c.line(&thread(&[(240.0, 0.0), (240.0, 96.0)]), 2.6, metal);
            s.c.fill(
                &soft(228.0, 92.0, 24.0, 20.0, 6.0),
                round_fill(228.0, 252.0, metal),
            );
            let (body, left, right, bottom): (Shape, f32, f32, f32) = match s.look.form {
                0 => (
                    shape(
                        "M 218 110 L 262 110 C 330 128 372 190 380 268 Q 240 288 100 268 C 108 190 150 128 218 110 Z",
                    ),
                    100.0,
                    380.0,
                    270.0,
                ),
                1 => (
                    shape("M 222 108 L 258 108 L 352 240 Q 240 258 128 240 Z"),
                    128.0,
                    352.0,
                    240.0,
                ),
                _ => (oval(240.0, 204.0, 112.0, 98.0), 128.0, 352.0, 296.0),
            };
            let skin = if s.look.form == 2 {
                k.main.light(0.3)
            } else {
                k.main
            };
            s.c.fill(&body, round_fill(left, right, skin));
            let form = s.look.form;
            let pattern = s.look.pattern;
            s.c.inside(&body, |c| {
                if form == 2 {
                    for i in 0..13u8 {
                        let y = 108.0 + f32::from(i) * 16.0;
                        c.line(
                            &thread(&[(126.0, y), (240.0, y + 5.0), (354.0, y)]),
                            1.8,
                            thin(k.deep, 0.4),
                        );
                    }
                } else {
                    for i in 0..15 {
                        let x = left - 20.0 + i as f32 * (right - left + 40.0) / 14.0;
                        c.line(
                            &thread(&[
                                (240.0, 92.0),
                                ((240.0 + x) / 2.0 + (x - 240.0) * 0.14, 170.0),
                                (x, 290.0),
                            ]),
                            2.0,
                            thin(k.deep, 0.5),
                        );
                    }
                    for i in 0..8 {
                        let y = 126.0 + i as f32 * 20.0;
                        c.line(
                            &thread(&[(90.0, y + 8.0), (240.0, y + 18.0), (390.0, y + 8.0)]),
                            2.6,
                            thin(
                                if i % 3 == 1 && pattern != Pattern::Plain {
                                    k.accent
                                } else {
                                    k.pale
                                },
                                0.6,
                            ),
                        );
                    }
                }
                c.glow(240.0, bottom - 16.0, 120.0, warm, 0.6);
            });
            if form < 2 {
                s.c.fill(
                    &oval(240.0, bottom - 2.0, (right - left) / 2.0, 15.0),
                    down(bottom - 16.0, bottom + 12.0, k.deep, warm),
                );
                s.c.fill(&oval(240.0, bottom + 2.0, 30.0, 10.0), Ink::of(0xFF_F9E8));
            }
            s.c.glow(240.0, bottom + 20.0, 190.0, warm, 0.5);
        }
        // A table lamp.
        3 | 4 => {
            s.room(372.0);
            s.c.glow(240.0, 190.0, 240.0, warm, 0.85);
            s.c.shadow(240.0, 408.0, 84.0, 13.0, 0.45);
            let base = if s.look.form == 3 {
                shape(
                    "M 226 250 L 254 250 Q 256 276 284 300 Q 318 338 290 392 Q 284 406 240 406 Q 196 406 190 392 Q 162 338 196 300 Q 224 276 226 250 Z",
                )
            } else {
                shape(
                    "M 232 240 L 248 240 L 250 388 L 300 396 Q 302 408 240 408 Q 178 408 180 396 L 230 388 Z",
                )
            };
            s.c.fill(
                &base,
                if s.look.form == 3 {
                    round_fill(176.0, 304.0, k.main)
                } else {
                    round_fill(178.0, 302.0, metal)
                },
            );
            let shade = shape("M 178 112 L 302 112 L 352 252 Q 240 266 128 252 Z");
            let cloth = if s.look.form == 3 {
                k.pale.mix(warm, 0.45)
            } else {
                k.main.light(0.15)
            };
            s.c.fill(
                &shade,
                Fill::Line(
                    (128.0, 0.0),
                    (352.0, 0.0),
                    vec![
                        (0.0, cloth.dark(0.1), 1.0),
                        (0.45, cloth.mix(warm, 0.7), 1.0),
                        (1.0, cloth.dark(0.16), 1.0),
                    ],
                ),
            );
            let pattern = s.look.pattern;
            s.c.inside(&shade, |c| {
                for i in 0..24 {
                    let x = 240.0 + (i as f32 - 12.0) * 5.4;
                    c.line(
                        &thread(&[(x, 110.0), (240.0 + (i as f32 - 12.0) * 9.6, 262.0)]),
                        1.1,
                        thin(k.deep, 0.22),
                    );
                }
                if pattern != Pattern::Plain {
                    for i in 0..7u8 {
                        leaf(
                            c,
                            160.0 + f32::from(i) * 26.0,
                            238.0,
                            44.0,
                            -1.57 + (f32::from(i) - 3.0) * 0.12,
                            if i % 3 == 0 { k.accent } else { k.deep.light(0.2) },
                        );
                    }
                }
            });
            s.c.line(&thread(&[(178.0, 112.0), (302.0, 112.0)]), 3.0, k.deep);
            s.c.line(
                &thread(&[(128.0, 252.0), (240.0, 262.0), (352.0, 252.0)]),
                3.0,
                k.deep,
            );
        }
        // A floor lamp beside a chair.
        _ => {
            s.room(430.0);
            s.c.glow(260.0, 130.0, 230.0, warm, 0.85);
            s.c.shadow(262.0, 452.0, 76.0, 11.0, 0.45);
            s.c.fill(
                &rect(257.0, 150.0, 9.0, 298.0),
                across(257.0, 266.0, &[(0.0, metal.light(0.4)), (1.0, metal.dark(0.2))]),
            );
            s.c.fill(
                &shape("M 206 446 Q 262 432 318 446 Q 318 458 262 458 Q 206 458 206 446 Z"),
                round_fill(206.0, 318.0, metal),
            );
            let shade = shape("M 212 52 L 312 52 L 352 168 Q 262 180 172 168 Z");
            s.c.fill(
                &shade,
                Fill::Line(
                    (172.0, 0.0),
                    (352.0, 0.0),
                    vec![
                        (0.0, k.main, 1.0),
                        (0.45, k.main.mix(warm, 0.75), 1.0),
                        (1.0, k.main.dark(0.16), 1.0),
                    ],
                ),
            );
            s.c.inside(&shade, |c| {
                for i in 0..19 {
                    let x = i as f32 - 9.0;
                    c.line(
                        &thread(&[(262.0 + x * 5.4, 50.0), (262.0 + x * 10.0, 180.0)]),
                        1.2,
                        thin(k.deep, 0.28),
                    );
                }
            });
            let seat = k.accent.mix(s.wall, 0.4);
            s.c.shadow(110.0, 440.0, 110.0, 12.0, 0.4);
            s.c.fill(
                &soft(16.0, 196.0, 190.0, 190.0, 50.0),
                down(196.0, 380.0, seat.light(0.3), seat),
            );
            s.c.fill(
                &soft(6.0, 306.0, 206.0, 96.0, 30.0),
                down(306.0, 400.0, seat.light(0.42), seat.dark(0.08)),
            );
            for x in [30.0, 172.0] {
                s.c.fill(
                    &poly(&[(x, 400.0), (x + 13.0, 400.0), (x + 9.0, 440.0), (x + 4.0, 440.0)]),
                    Ink::of(0x7A_5C42),
                );
            }
        }
    }
}

/// The edge of a table at the foot of the picture.
fn table_edge(s: &mut Scene) {
    let wood = s.wood;
    s.c.fill(
        &oval(240.0, 448.0, 210.0, 46.0),
        down(402.0, 480.0, wood.light(0.3), wood),
    );
    let white = Ink::of(0xF4_F0E8);
    s.c.shadow(250.0, 436.0, 44.0, 7.0, 0.35);
    s.c.fill(
        &shape("M 214 408 Q 218 436 250 437 Q 282 436 286 408 Z"),
        across(214.0, 286.0, &[(0.0, white), (1.0, white.dark(0.18))]),
    );
}

/// Height (0 top, 1 bottom) and radius of a turned vessel, from top to bottom.
type Profile = &'static [(f32, f32)];

/// Outline of a turned vessel: pairs of height (0 top, 1 bottom) and radius, smooth between them.
fn turned(cx: f32, y: f32, h: f32, profile: &[(f32, f32)]) -> Shape {
    let mut points: Vec<(f32, f32)> = Vec::new();
    let steps = 40;
    let radius = |t: f32| {
        let next = profile
            .iter()
            .position(|p| p.0 >= t)
            .unwrap_or(profile.len() - 1)
            .max(1);
        let (a, b) = (profile[next - 1], profile[next]);
        let part = ((t - a.0) / (b.0 - a.0).max(0.001)).clamp(0.0, 1.0);
        let eased = part * part * (3.0 - 2.0 * part);
        a.1 + (b.1 - a.1) * eased
    };
    for i in 0..=steps {
        let t = i as f32 / steps as f32;
        points.push((cx + radius(t), y + h * t));
    }
    for i in (0..=steps).rev() {
        let t = i as f32 / steps as f32;
        points.push((cx - radius(t), y + h * t));
    }
    poly(&points)
}

pub(super) fn vase(s: &mut Scene) {
    s.room(378.0);
    let k = s.k;
    let forms: [(f32, f32, Profile); 6] = [
        (
            170.0,
            246.0,
            &[
                (0.0, 30.0),
                (0.08, 22.0),
                (0.34, 24.0),
                (0.66, 84.0),
                (0.9, 66.0),
                (1.0, 50.0),
            ],
        ),
        (
            196.0,
            220.0,
            &[(0.0, 34.0), (0.12, 30.0), (0.5, 104.0), (0.86, 74.0), (1.0, 48.0)],
        ),
        (
            160.0,
            256.0,
            &[
                (0.0, 38.0),
                (0.1, 30.0),
                (0.3, 58.0),
                (0.46, 34.0),
                (0.74, 86.0),
                (1.0, 56.0),
            ],
        ),
        (
            176.0,
            240.0,
            &[(0.0, 52.0), (0.06, 48.0), (0.2, 60.0), (0.95, 62.0), (1.0, 56.0)],
        ),
        (
            150.0,
            266.0,
            &[
                (0.0, 26.0),
                (0.1, 16.0),
                (0.45, 15.0),
                (0.74, 66.0),
                (0.92, 60.0),
                (1.0, 46.0),
            ],
        ),
        (
            214.0,
            202.0,
            &[(0.0, 66.0), (0.1, 58.0), (0.42, 112.0), (0.8, 88.0), (1.0, 58.0)],
        ),
    ];
    let (y, h, profile) = forms[s.look.form % forms.len()];
    let wide = profile.iter().map(|p| p.1).fold(0.0, f32::max);
    s.c.shadow(262.0, y + h + 2.0, wide * 1.35, 15.0, 0.5);
    branches(s, y);
    let body = turned(240.0, y, h, profile);
    s.c.fill(&body, round_fill(240.0 - wide, 240.0 + wide, k.main));
    let (pattern, look) = (s.look.pattern, s.look);
    let mut rng = s.rng.fork();
    s.c.inside(&body, |c| match pattern {
        Pattern::Plain => {
            // Glaze that ran down.
            let mut points = vec![(240.0 - wide - 4.0, y - 4.0), (240.0 + wide + 4.0, y - 4.0)];
            for i in 0..=18 {
                let t = i as f32 / 18.0;
                points.push((
                    240.0 + wide - t * wide * 2.0,
                    y + h * (0.3 + 0.07 * (t * 13.0 + look.form as f32).sin()),
                ));
            }
            c.fill(&poly(&points), thin(k.pale, 0.38));
            for _ in 0..90 {
                let (x, at) = (240.0 + (rng.f32() - 0.5) * wide * 2.0, y + rng.f32() * h);
                c.fill(&oval(x, at, 1.1, 1.1), thin(k.deep, 0.4));
            }
        }
        Pattern::Blocks => {
            c.fill(&rect(0.0, y + h * 0.56, 480.0, h), thin(k.accent, 0.85));
            c.fill(&rect(0.0, y + h * 0.56, 480.0, 4.0), k.pale);
        }
        Pattern::Hills => {
            for layer in 0..3u8 {
                let base = y + h * (0.56 + f32::from(layer) * 0.12);
                let points: Vec<(f32, f32)> = (0..=28)
                    .map(|i| {
                        let t = i as f32 / 28.0;
                        (
                            240.0 - wide + wide * 2.0 * t,
                            base - ((t * 8.0 + f32::from(layer) * 2.1).sin() + 0.6) * 18.0,
                        )
                    })
                    .chain([(240.0 + wide, y + h), (240.0 - wide, y + h)])
                    .collect();
                c.fill(&poly(&points), thin(k.deep, 0.3 + 0.2 * f32::from(layer)));
            }
        }
        Pattern::Leaves | Pattern::Blossom => {
            c.line(
                &thread(&[
                    (240.0 - wide * 0.5, y + h * 0.95),
                    (236.0, y + h * 0.66),
                    (240.0 + wide * 0.4, y + h * 0.36),
                ]),
                3.0,
                thin(k.deep, 0.8),
            );
            for i in 0..9u8 {
                let t = f32::from(i) / 9.0;
                leaf(
                    c,
                    240.0 - wide * 0.45 + wide * 0.85 * t,
                    y + h * (0.9 - 0.54 * t),
                    26.0,
                    -1.2 + if i % 2 == 0 { 0.9 } else { -0.9 },
                    if i % 3 == 0 { k.accent } else { k.deep },
                );
            }
        }
        _ => {
            for i in 0..5u8 {
                let at = y + h * (0.2 + f32::from(i) * 0.16);
                let ink = if i % 2 == 0 { k.pale } else { k.accent };
                c.line(
                    &thread(&[(240.0 - wide, at), (240.0, at + 9.0), (240.0 + wide, at)]),
                    if i % 2 == 0 { 6.0 } else { 2.4 },
                    thin(ink, 0.8),
                );
            }
        }
    });
    // The light on the clay once more, over what is painted.
    s.c.inside(&body, |c| {
        c.fill(
            &rect(240.0 - wide, y, wide * 2.0, h),
            Fill::Line(
                (240.0 - wide, 0.0),
                (240.0 + wide, 0.0),
                vec![
                    (0.0, Ink(30, 24, 22), 0.18),
                    (0.3, Ink(255, 255, 250), 0.20),
                    (0.5, Ink(255, 255, 250), 0.0),
                    (1.0, Ink(30, 24, 22), 0.36),
                ],
            ),
        );
    });
    let mouth = profile[0].1;
    s.c.fill(&oval(240.0, y, mouth, (mouth * 0.2).max(4.0)), k.deep.dark(0.25));
    s.c.line(
        &oval(240.0, y, mouth, (mouth * 0.2).max(4.0)),
        2.4,
        k.main.light(0.3),
    );
    branches_front(s, y);
}

fn branches(s: &mut Scene, y: f32) {
    let green = Ink::of(0x7D_9674);
    match s.look.seed % 4 {
        0 => {
            for i in 0..3u8 {
                let lean = (f32::from(i) - 1.0) * 70.0 + s.rng.f32() * 20.0;
                let top = y - 96.0 - f32::from(i % 2) * 34.0;
                s.c.line(
                    &thread(&[
                        (240.0, y + 30.0),
                        (240.0 + lean * 0.4, y - 40.0),
                        (240.0 + lean, top),
                    ]),
                    2.6,
                    Ink::of(0x7A_5E48),
                );
                for j in 0..8u8 {
                    let t = f32::from(j) / 8.0;
                    let (px, py) = (240.0 + lean * (0.3 + 0.7 * t), y - 30.0 + (top - y + 30.0) * t);
                    let petal = s.k.accent.light(0.25);
                    if j % 2 == 0 {
                        for p in 0..5u8 {
                            let a = f32::from(p) * 1.257;
                            s.c.fill(&oval(px + a.cos() * 5.0, py + a.sin() * 5.0, 4.6, 4.6), petal);
                        }
                        s.c.fill(&oval(px, py, 2.4, 2.4), Ink::of(0xE0_B45A));
                    } else {
                        leaf(&mut s.c, px, py, 16.0, -1.0 + t, green);
                    }
                }
            }
        }
        1 => {
            for i in 0..9u8 {
                let turn = -2.5 + f32::from(i) * 0.22;
                leaf(
                    &mut s.c,
                    240.0,
                    y + 10.0,
                    110.0 + f32::from(i % 3) * 26.0,
                    turn,
                    green.mix(Ink::of(0xB4_C2A2), f32::from(i % 4) * 0.28),
                );
            }
        }
        2 => {
            for i in 0..7u8 {
                let lean = (f32::from(i) - 3.0) * 26.0;
                let top = y - 110.0 - f32::from(i * 5 % 4) * 14.0;
                s.c.line(
                    &thread(&[
                        (240.0, y + 20.0),
                        (240.0 + lean * 0.5, y - 50.0),
                        (240.0 + lean, top),
                    ]),
                    1.8,
                    Ink::of(0xB0_9A6C),
                );
                s.c.fill(
                    &oval(240.0 + lean, top, 6.0, 18.0),
                    Ink::of(0xD9_C6A0).mix(s.k.accent, 0.2),
                );
            }
        }
        _ => {}
    }
}

fn branches_front(s: &mut Scene, y: f32) {
    if s.look.seed % 4 == 1 {
        leaf(&mut s.c, 238.0, y + 2.0, 66.0, 0.5, Ink::of(0x8F_A684));
        leaf(&mut s.c, 240.0, y + 2.0, 58.0, 2.6, Ink::of(0x86_9E7C));
    }
}

fn cup(c: &mut Canvas, x: f32, y: f32, r: f32, k: &Colours, tea: Ink) {
    c.shadow(x + 4.0, y + r * 0.92, r * 1.1, r * 0.22, 0.4);
    c.fill(
        &shape(&format!(
            "M {} {y} Q {} {} {x} {} Q {} {} {} {y} Z",
            x - r,
            x - r * 0.92,
            y + r * 0.92,
            y + r * 0.95,
            x + r * 0.92,
            y + r * 0.92,
            x + r
        )),
        round_fill(x - r, x + r, k.main),
    );
    c.fill(&oval(x, y, r, r * 0.28), k.main.light(0.45));
    c.fill(&oval(x, y + 1.5, r * 0.84, r * 0.2), tea);
}

pub(super) fn tea(s: &mut Scene) {
    s.room(250.0);
    let k = s.k;
    let tea = Ink::of(0xB9_7A3A);
    // A tray.
    let tray = Ink::of(if s.look.seed.is_multiple_of(2) {
        0x6E_5442
    } else {
        0xB6_9164
    });
    s.c.shadow(240.0, 402.0, 210.0, 22.0, 0.4);
    s.c.fill(
        &soft(44.0, 330.0, 392.0, 66.0, 30.0),
        down(330.0, 396.0, tray.light(0.1), tray.dark(0.14)),
    );
    s.c.fill(
        &soft(54.0, 326.0, 372.0, 54.0, 26.0),
        down(326.0, 380.0, tray.light(0.3), tray.light(0.12)),
    );
    let pattern = s.look.pattern;
    let paint = |c: &mut Canvas, body: &Shape, x: f32, y: f32, w: f32, h: f32| {
        c.inside(body, |c| match pattern {
            Pattern::Plain => c.fill(&rect(x - w, y + h * 0.62, w * 2.0, h), thin(k.deep, 0.30)),
            Pattern::Leaves | Pattern::Blossom => {
                for i in 0..6u8 {
                    leaf(
                        c,
                        x - w * 0.4 + f32::from(i) * w * 0.16,
                        y + h * (0.72 - f32::from(i % 3) * 0.1),
                        w * 0.28,
                        -1.4 + f32::from(i) * 0.4,
                        if i % 3 == 1 { k.accent } else { k.deep },
                    );
                }
            }
            Pattern::Hills => {
                c.fill(
                    &poly(&[
                        (x - w, y + h),
                        (x - w, y + h * 0.74),
                        (x - w * 0.4, y + h * 0.5),
                        (x, y + h * 0.72),
                        (x + w * 0.5, y + h * 0.56),
                        (x + w, y + h * 0.8),
                        (x + w, y + h),
                    ]),
                    thin(k.deep, 0.5),
                );
                c.fill(&oval(x + w * 0.3, y + h * 0.34, w * 0.12, w * 0.12), k.accent);
            }
            _ => {
                for i in 0..3u8 {
                    c.line(
                        &thread(&[
                            (x - w, y + h * (0.4 + f32::from(i) * 0.2)),
                            (x, y + h * (0.46 + f32::from(i) * 0.2)),
                            (x + w, y + h * (0.4 + f32::from(i) * 0.2)),
                        ]),
                        3.0,
                        thin(if i == 1 { k.accent } else { k.pale }, 0.85),
                    );
                }
            }
        });
    };
    match s.look.form {
        // A pot with cups.
        0 | 3 => {
            let (cx, cy) = (190.0, 250.0);
            s.c.shadow(cx + 6.0, 348.0, 92.0, 12.0, 0.45);
            // Spout and handle lie behind the belly.
            s.c.line(
                &thread(&[
                    (cx + 70.0, cy + 34.0),
                    (cx + 110.0, cy + 14.0),
                    (cx + 128.0, cy - 30.0),
                ]),
                17.0,
                k.main.dark(0.1),
            );
            if s.look.form == 0 {
                s.c.line(
                    &thread(&[
                        (cx - 70.0, cy - 16.0),
                        (cx - 128.0, cy - 30.0),
                        (cx - 122.0, cy + 40.0),
                        (cx - 70.0, cy + 50.0),
                    ]),
                    12.0,
                    k.main.dark(0.16),
                );
            } else {
                s.c.line(
                    &thread(&[
                        (cx - 66.0, cy - 20.0),
                        (cx - 50.0, cy - 122.0),
                        (cx + 56.0, cy - 122.0),
                        (cx + 66.0, cy - 20.0),
                    ]),
                    9.0,
                    Ink::of(0xA9_7F4C),
                );
            }
            let body = shape(&format!(
                "M {} {} C {} {} {} {} {cx} {} C {} {} {} {} {} {} Q {cx} {} {} {} Z",
                cx - 56.0,
                cy - 44.0,
                cx - 116.0,
                cy - 10.0,
                cx - 100.0,
                cy + 96.0,
                cy + 96.0,
                cx + 100.0,
                cy + 96.0,
                cx + 116.0,
                cy - 10.0,
                cx + 56.0,
                cy - 44.0,
                cy - 58.0,
                cx - 56.0,
                cy - 44.0
            ));
            s.c.fill(&body, round_fill(cx - 96.0, cx + 96.0, k.main));
            paint(&mut s.c, &body, cx, cy - 40.0, 92.0, 130.0);
            s.c.fill(
                &body,
                Fill::Round(
                    (cx - 30.0, cy - 6.0),
                    120.0,
                    vec![
                        (0.0, Ink(255, 255, 250), 0.25),
                        (0.5, Ink(255, 255, 250), 0.0),
                        (1.0, Ink(30, 24, 22), 0.34),
                    ],
                ),
            );
            s.c.fill(
                &oval(cx, cy - 46.0, 58.0, 14.0),
                round_fill(cx - 58.0, cx + 58.0, k.main.dark(0.05)),
            );
            s.c.fill(
                &shape(&format!(
                    "M {} {} Q {cx} {} {} {} Z",
                    cx - 46.0,
                    cy - 50.0,
                    cy - 86.0,
                    cx + 46.0,
                    cy - 50.0
                )),
                round_fill(cx - 46.0, cx + 46.0, k.main),
            );
            s.c.fill(&oval(cx, cy - 74.0, 11.0, 10.0), k.accent.mix(k.deep, 0.3));
            for (x, y) in if s.look.form == 0 {
                vec![(330.0, 318.0), (386.0, 336.0)]
            } else {
                vec![(316.0, 306.0), (378.0, 312.0), (340.0, 344.0)]
            } {
                cup(&mut s.c, x, y, 30.0, &k, tea);
            }
        }
        // A bowl with saucer and lid.
        1 => {
            let cx = 240.0;
            s.c.shadow(cx + 4.0, 346.0, 112.0, 14.0, 0.45);
            s.c.fill(
                &oval(cx, 338.0, 104.0, 20.0),
                down(318.0, 358.0, k.main.light(0.5), k.main.dark(0.08)),
            );
            let body = shape("M 146 226 Q 156 334 240 338 Q 324 334 334 226 Z");
            s.c.fill(&body, round_fill(146.0, 334.0, k.main));
            paint(&mut s.c, &body, cx, 226.0, 96.0, 112.0);
            s.c.fill(
                &body,
                Fill::Line(
                    (146.0, 0.0),
                    (334.0, 0.0),
                    vec![
                        (0.0, Ink(255, 255, 250), 0.1),
                        (0.3, Ink(255, 255, 250), 0.24),
                        (0.6, Ink(255, 255, 250), 0.0),
                        (1.0, Ink(30, 24, 22), 0.32),
                    ],
                ),
            );
            s.c.fill(&oval(cx, 226.0, 94.0, 20.0), k.main.light(0.5));
            s.c.fill(&oval(cx, 229.0, 82.0, 15.0), tea);
            s.c.fill(
                &shape("M 172 216 Q 250 146 330 206 Q 262 232 172 216 Z"),
                round_fill(172.0, 330.0, k.main.light(0.12)),
            );
            s.c.fill(&oval(252.0, 172.0, 17.0, 7.0), k.main.light(0.3));
        }
        // Four cups.
        _ => {
            for (x, y, r) in [
                (150.0, 276.0, 50.0),
                (330.0, 276.0, 50.0),
                (186.0, 326.0, 50.0),
                (296.0, 330.0, 50.0),
            ] {
                cup(&mut s.c, x, y, r, &k, tea);
                let body = shape(&format!(
                    "M {} {y} Q {} {} {x} {} Q {} {} {} {y} Z",
                    x - r,
                    x - r * 0.92,
                    y + r * 0.92,
                    y + r * 0.95,
                    x + r * 0.92,
                    y + r * 0.92,
                    x + r
                ));
                paint(&mut s.c, &body, x, y, r, r * 0.9);
                s.c.fill(&oval(x, y, r, r * 0.28), k.main.light(0.5));
                s.c.fill(&oval(x, y + 1.5, r * 0.84, r * 0.2), tea);
            }
        }
    }
    // Steam.
    for i in 0..3u8 {
        let x = 210.0 + f32::from(i) * 26.0;
        s.c.line(
            &thread(&[(x, 150.0), (x - 9.0, 122.0), (x + 8.0, 96.0), (x - 2.0, 70.0)]),
            6.0,
            thin(Ink(255, 255, 255), 0.20),
        );
    }
}

pub(super) fn art(s: &mut Scene) {
    s.room(392.0);
    let k = s.k;
    let wood = if s.look.seed.is_multiple_of(3) {
        Ink::of(0x4A_443E)
    } else if s.look.seed % 3 == 1 {
        Ink::of(0xB5_8F63)
    } else {
        Ink::of(0xE6_DED0)
    };
    let boxes: Vec<(f32, f32, f32, f32)> = match s.look.form {
        0 => vec![(96.0, 64.0, 288.0, 216.0)],
        1 => vec![(132.0, 40.0, 216.0, 274.0)],
        2 => vec![(60.0, 72.0, 168.0, 216.0), (252.0, 72.0, 168.0, 216.0)],
        _ => vec![
            (34.0, 78.0, 128.0, 204.0),
            (176.0, 60.0, 128.0, 226.0),
            (318.0, 78.0, 128.0, 204.0),
        ],
    };
    let mut rng = s.rng.fork();
    for (i, (x, y, w, h)) in boxes.into_iter().enumerate() {
        s.c.shadow(x + w / 2.0 + 6.0, y + h + 6.0, w * 0.56, 16.0, 0.30);
        s.c.fill(
            &rect(x - 9.0, y - 9.0, w + 18.0, h + 18.0),
            down(y - 9.0, y + h + 9.0, wood.light(0.22), wood.dark(0.12)),
        );
        s.c.fill(&rect(x, y, w, h), Ink::of(0xFB_F8F1));
        let inner = (x + w * 0.07, y + w * 0.07, w - w * 0.14, h - w * 0.14);
        let paper = rect(inner.0, inner.1, inner.2, inner.3);
        let pattern = s.look.pattern;
        s.c.inside(&paper, |c| painting(c, pattern, &k, inner, i, &mut rng));
        s.c.line(&rect(x, y, w, h), 1.4, thin(wood.dark(0.5), 0.4));
        s.c.fill(
            &poly(&[(x, y), (x + w * 0.5, y), (x + w * 0.18, y + h), (x, y + h)]),
            thin(Ink(255, 255, 255), 0.07),
        );
    }
    // A board below with a jar.
    let board = s.wood.dark(0.05);
    s.c.fill(
        &soft(56.0, 366.0, 368.0, 92.0, 6.0),
        down(366.0, 458.0, board.light(0.25), board),
    );
    s.c.fill(
        &soft(46.0, 358.0, 388.0, 14.0, 5.0),
        down(358.0, 372.0, board.light(0.45), board.light(0.1)),
    );
    for x in [178.0, 302.0] {
        s.c.line(
            &thread(&[(x, 374.0), (x, 456.0)]),
            1.6,
            thin(board.dark(0.5), 0.35),
        );
    }
    let jar = if s.look.seed.is_multiple_of(2) {
        96.0
    } else {
        352.0
    };
    s.c.shadow(jar + 14.0, 359.0, 30.0, 5.0, 0.4);
    s.c.fill(
        &shape(&format!(
            "M {} 316 L {} 316 Q {} 336 {} 358 L {} 358 Q {} 336 {} 316 Z",
            jar + 4.0,
            jar + 26.0,
            jar + 38.0,
            jar + 26.0,
            jar + 4.0,
            jar - 8.0,
            jar + 4.0
        )),
        round_fill(jar - 4.0, jar + 34.0, k.accent.light(0.3)),
    );
}

fn painting(
    c: &mut Canvas,
    pattern: Pattern,
    k: &Colours,
    area: (f32, f32, f32, f32),
    n: usize,
    rng: &mut fastrand::Rng,
) {
    let (x, y, w, h) = area;
    match pattern {
        Pattern::Leaves | Pattern::Blossom => {
            c.fill(&rect(x, y, w, h), k.pale.light(0.4));
            c.fill(
                &oval(x + w * 0.5, y + h * 0.42, w * 0.32, w * 0.32),
                thin(k.accent, 0.55),
            );
            let lean = if n.is_multiple_of(2) { 0.12 } else { -0.12 };
            c.line(
                &thread(&[
                    (x + w * (0.5 - lean), y + h),
                    (x + w * 0.5, y + h * 0.6),
                    (x + w * (0.5 + lean), y + h * 0.14),
                ]),
                3.0,
                k.deep,
            );
            for i in 0..13u8 {
                let t = f32::from(i) / 13.0;
                let px = x + w * (0.5 - lean + 2.0 * lean * t);
                leaf(
                    c,
                    px,
                    y + h * (0.94 - 0.8 * t),
                    w * (0.34 - 0.16 * t),
                    -1.57 + if i % 2 == 0 { -0.85 } else { 0.85 },
                    if pattern == Pattern::Blossom && i % 4 == 1 {
                        k.accent
                    } else {
                        k.deep.mix(k.main, t)
                    },
                );
            }
        }
        Pattern::Blocks | Pattern::Diamonds => {
            // Arches and discs.
            c.fill(&rect(x, y, w, h), k.pale.light(0.35));
            c.fill(&oval(x + w * 0.62, y + h * 0.28, w * 0.2, w * 0.2), k.accent);
            for (i, part) in [1.0f32, 0.74, 0.48].iter().enumerate() {
                let r = w * 0.34 * part;
                let cx = x + w * 0.42;
                let base = y + h * 0.98;
                let top = y + h * 0.5;
                c.fill(
                    &shape(&format!(
                        "M {} {base} L {} {top} C {} {} {} {} {} {top} L {} {base} Z",
                        cx - r,
                        cx - r,
                        cx - r,
                        top - r * 1.3,
                        cx + r,
                        top - r * 1.3,
                        cx + r,
                        cx + r
                    )),
                    [k.deep, k.main, k.pale][i],
                );
            }
        }
        Pattern::Waves | Pattern::Bands => {
            c.fill(&rect(x, y, w, h), k.pale.light(0.3));
            c.fill(&oval(x + w * 0.7, y + h * 0.24, w * 0.12, w * 0.12), k.accent);
            for j in 0..9 {
                let points: Vec<(f32, f32)> = (0..=26)
                    .map(|i| {
                        let t = i as f32 / 26.0;
                        (
                            x + t * w,
                            y + h * (0.44 + j as f32 * 0.065)
                                + (t * 7.0 + j as f32 * 0.7 + n as f32).sin() * h * 0.022,
                        )
                    })
                    .chain([(x + w, y + h), (x, y + h)])
                    .collect();
                c.fill(&poly(&points), k.pale.mix(k.deep, 0.12 + j as f32 * 0.1));
            }
        }
        Pattern::Stars | Pattern::Dots => {
            c.fill(&rect(x, y, w, h), k.deep);
            c.fill(
                &oval(x + w * 0.6, y + h * 0.3, w * 0.2, w * 0.2),
                k.accent.light(0.3),
            );
            for _ in 0..60 {
                c.fill(
                    &oval(x + rng.f32() * w, y + rng.f32() * h * 0.7, 1.3, 1.3),
                    k.pale,
                );
            }
            c.fill(
                &poly(&[
                    (x, y + h),
                    (x, y + h * 0.8),
                    (x + w * 0.35, y + h * 0.6),
                    (x + w * 0.6, y + h * 0.78),
                    (x + w, y + h * 0.64),
                    (x + w, y + h),
                ]),
                k.main.dark(0.45),
            );
        }
        Pattern::Plain | Pattern::Stripe | Pattern::Check => {
            c.fill(&rect(x, y, w, h), k.pale.light(0.5));
            for i in 0..5u8 {
                let (cx, cy, r) = (
                    x + w * (0.3 + rng.f32() * 0.4),
                    y + h * (0.25 + rng.f32() * 0.5),
                    w * (0.12 + rng.f32() * 0.16),
                );
                c.fill(
                    &oval(cx, cy, r, r * (0.8 + rng.f32() * 0.5)),
                    thin([k.main, k.accent, k.deep, k.pale, k.main][usize::from(i)], 0.6),
                );
            }
            c.line(
                &thread(&[
                    (x + w * 0.2, y + h * 0.75),
                    (x + w * 0.45, y + h * 0.3),
                    (x + w * 0.6, y + h * 0.66),
                    (x + w * 0.82, y + h * 0.22),
                ]),
                2.4,
                k.deep,
            );
        }
        Pattern::Hills => hills(c, k, area, rng),
    }
}

pub(super) fn basket(s: &mut Scene) {
    s.room(330.0);
    let k = s.k;
    s.c.shadow(248.0, 418.0, 150.0, 18.0, 0.5);
    match s.look.form {
        // Woven, round.
        0 | 1 => {
            let body = shape("M 106 220 Q 108 390 148 410 Q 240 426 332 410 Q 372 390 374 220 Z");
            // What is in it.
            let cloth = k.accent.light(0.2);
            s.c.fill(
                &shape("M 130 224 Q 150 142 216 164 Q 262 128 300 166 Q 352 168 348 226 Z"),
                down(140.0, 226.0, cloth.light(0.25), cloth.dark(0.1)),
            );
            s.c.line(
                &thread(&[(216.0, 166.0), (228.0, 196.0), (222.0, 222.0)]),
                3.0,
                thin(cloth.dark(0.4), 0.4),
            );
            s.c.line(
                &thread(&[(300.0, 168.0), (292.0, 198.0), (300.0, 222.0)]),
                3.0,
                thin(cloth.dark(0.4), 0.4),
            );
            s.c.fill(&body, round_fill(106.0, 374.0, k.main));
            let form = s.look.form;
            let pattern = s.look.pattern;
            s.c.inside(&body, |c| {
                for j in 0..17u8 {
                    let y = 222.0 + f32::from(j) * 12.0;
                    for i in 0..19u8 {
                        let x = 100.0 + f32::from(i) * 15.0 + if j % 2 == 0 { 0.0 } else { 7.5 };
                        let band = pattern != Pattern::Plain && (5..9).contains(&j);
                        let ink = if band {
                            k.accent
                        } else if (i + j) % 3 == 0 {
                            k.deep
                        } else {
                            k.pale
                        };
                        let bow = ((x - 240.0) / 134.0).powi(2) * -7.0;
                        c.fill(
                            &oval(x, y + 6.0 + bow, 7.4, 4.6),
                            thin(ink, if band { 0.85 } else { 0.42 }),
                        );
                    }
                }
                c.fill(
                    &rect(100.0, 210.0, 280.0, 220.0),
                    Fill::Line(
                        (106.0, 0.0),
                        (374.0, 0.0),
                        vec![
                            (0.0, Ink(30, 24, 22), 0.30),
                            (0.3, Ink(255, 255, 250), 0.14),
                            (0.55, Ink(255, 255, 250), 0.0),
                            (1.0, Ink(30, 24, 22), 0.42),
                        ],
                    ),
                );
            });
            s.c.line(
                &thread(&[(106.0, 222.0), (240.0, 238.0), (374.0, 222.0)]),
                11.0,
                k.deep.mix(k.main, 0.35),
            );
            if form == 0 {
                for x in [112.0, 368.0] {
                    let out = if x < 240.0 { -34.0 } else { 34.0 };
                    s.c.line(
                        &thread(&[
                            (x, 252.0),
                            (x + out, 258.0),
                            (x + out, 306.0),
                            (x + out * 0.2, 312.0),
                        ]),
                        9.0,
                        k.deep,
                    );
                }
            } else {
                s.c.line(
                    &thread(&[(150.0, 232.0), (160.0, 74.0), (320.0, 74.0), (330.0, 232.0)]),
                    10.0,
                    k.deep,
                );
            }
        }
        // A cloth box with a lid, or open with folded towels.
        form => {
            let (x, y, w, h) = (98.0, 236.0, 284.0, 172.0);
            if form == 2 {
                for (i, ink) in [k.accent, k.pale.dark(0.05), k.accent.light(0.35)]
                    .iter()
                    .enumerate()
                {
                    let top = 222.0 - i as f32 * 26.0;
                    s.c.fill(
                        &soft(122.0 + i as f32 * 6.0, top, 236.0 - i as f32 * 12.0, 34.0, 15.0),
                        down(top, top + 34.0, ink.light(0.3), ink.dark(0.1)),
                    );
                }
            }
            let (pattern, mut rng) = (s.look.pattern, s.rng.fork());
            let body = soft(x, y, w, h, 14.0);
            s.c.inside(&body, |c| lay(c, pattern, &k, (x, y, w, h), 0.8, &mut rng));
            s.c.fill(
                &body,
                Fill::Line(
                    (x, 0.0),
                    (x + w, 0.0),
                    vec![
                        (0.0, Ink(30, 24, 22), 0.16),
                        (0.3, Ink(255, 255, 250), 0.12),
                        (1.0, Ink(30, 24, 22), 0.30),
                    ],
                ),
            );
            s.c.fill(
                &soft(x - 4.0, y - 4.0, w + 8.0, 20.0, 8.0),
                k.deep.mix(k.main, 0.4),
            );
            if form > 2 {
                s.c.fill(
                    &soft(x - 8.0, y - 44.0, w + 16.0, 50.0, 12.0),
                    down(y - 44.0, y + 6.0, k.main.light(0.3), k.main.dark(0.1)),
                );
            }
            s.c.fill(&soft(204.0, 300.0, 72.0, 40.0, 10.0), k.accent.mix(k.deep, 0.3));
            s.c.fill(&soft(212.0, 308.0, 56.0, 24.0, 6.0), Ink::of(0xF7_F3EA));
        }
    }
}

pub(super) fn table(s: &mut Scene) {
    s.room(404.0);
    let k = s.k;
    let wood = k.main;
    s.c.shadow(240.0, 440.0, 140.0, 15.0, 0.45);
    match s.look.form {
        // A round table on three legs.
        0 => {
            for (a, b) in [
                ((180.0, 236.0), (132.0, 436.0)),
                ((300.0, 236.0), (348.0, 436.0)),
                ((240.0, 240.0), (244.0, 446.0)),
            ] {
                s.c.line(&thread(&[a, b]), 13.0, wood.dark(0.16));
                s.c.line(
                    &thread(&[(a.0 - 3.0, a.1), (b.0 - 3.0, b.1)]),
                    3.0,
                    thin(wood.light(0.5), 0.6),
                );
            }
            s.c.fill(&oval(240.0, 232.0, 146.0, 34.0), wood.dark(0.16));
            s.c.fill(
                &oval(240.0, 224.0, 146.0, 33.0),
                Fill::Line(
                    (100.0, 200.0),
                    (380.0, 250.0),
                    vec![(0.0, wood.light(0.36), 1.0), (1.0, wood, 1.0)],
                ),
            );
            for i in 0..5u8 {
                s.c.line(
                    &oval(214.0, 224.0, 20.0 + f32::from(i) * 24.0, 4.0 + f32::from(i) * 5.6),
                    1.0,
                    thin(wood.dark(0.4), 0.22),
                );
            }
        }
        // A stool with a soft seat.
        1 => {
            for (a, b) in [
                ((150.0, 300.0), (126.0, 440.0)),
                ((330.0, 300.0), (354.0, 440.0)),
                ((206.0, 300.0), (196.0, 444.0)),
                ((274.0, 300.0), (284.0, 444.0)),
            ] {
                s.c.line(&thread(&[a, b]), 12.0, Ink::of(0xA0_7850));
            }
            let (pattern, mut rng) = (s.look.pattern, s.rng.fork());
            let seat = shape(
                "M 118 262 Q 120 216 240 214 Q 360 216 362 262 L 358 300 Q 340 318 240 318 Q 140 318 122 300 Z",
            );
            s.c.inside(&seat, |c| {
                lay(c, pattern, &k, (112.0, 208.0, 256.0, 114.0), 0.7, &mut rng)
            });
            s.c.fill(
                &seat,
                Fill::Line(
                    (0.0, 212.0),
                    (0.0, 318.0),
                    vec![
                        (0.0, Ink(255, 255, 250), 0.26),
                        (0.5, Ink(255, 255, 250), 0.0),
                        (1.0, Ink(30, 24, 22), 0.40),
                    ],
                ),
            );
            s.c.line(
                &thread(&[(120.0, 284.0), (240.0, 300.0), (360.0, 284.0)]),
                2.0,
                thin(k.deep, 0.5),
            );
            return;
        }
        // A chest with two drawers.
        2 => {
            for x in [138.0, 330.0] {
                s.c.fill(
                    &poly(&[(x, 396.0), (x + 14.0, 396.0), (x + 11.0, 440.0), (x + 4.0, 440.0)]),
                    wood.dark(0.3),
                );
            }
            s.c.fill(
                &soft(112.0, 226.0, 256.0, 174.0, 8.0),
                across(112.0, 368.0, &[(0.0, wood.light(0.2)), (1.0, wood.dark(0.08))]),
            );
            s.c.fill(
                &soft(104.0, 212.0, 272.0, 18.0, 6.0),
                down(212.0, 230.0, wood.light(0.45), wood.light(0.05)),
            );
            for y in [240.0, 318.0] {
                s.c.fill(
                    &soft(124.0, y, 232.0, 70.0, 5.0),
                    down(y, y + 70.0, k.pale.mix(wood, 0.35), k.pale.mix(wood, 0.55)),
                );
                s.c.line(&soft(124.0, y, 232.0, 70.0, 5.0), 1.4, thin(wood.dark(0.5), 0.45));
                s.c.fill(
                    &oval(240.0, y + 35.0, 8.0, 8.0),
                    Fill::Round(
                        (237.0, y + 32.0),
                        11.0,
                        vec![(0.0, Ink::of(0xE6_CE9A), 1.0), (1.0, Ink::of(0x9C_7C42), 1.0)],
                    ),
                );
            }
        }
        // A table with a shelf below.
        _ => {
            for x in [120.0, 346.0] {
                s.c.fill(
                    &rect(x, 226.0, 13.0, 214.0),
                    across(x, x + 13.0, &[(0.0, wood.light(0.3)), (1.0, wood.dark(0.2))]),
                );
            }
            s.c.fill(
                &soft(112.0, 356.0, 256.0, 13.0, 4.0),
                down(356.0, 369.0, wood.light(0.2), wood.dark(0.1)),
            );
            s.c.fill(
                &soft(98.0, 214.0, 284.0, 17.0, 6.0),
                down(214.0, 231.0, wood.light(0.45), wood),
            );
            for (x, w, h, ink) in [
                (150.0, 16.0, 66.0, k.accent),
                (168.0, 13.0, 58.0, k.pale.dark(0.1)),
                (183.0, 19.0, 70.0, k.deep),
                (204.0, 12.0, 60.0, k.accent.light(0.4)),
            ] {
                s.c.fill(
                    &rect(x, 356.0 - h, w, h),
                    across(x, x + w, &[(0.0, ink.light(0.2)), (1.0, ink.dark(0.1))]),
                );
            }
        }
    }
    // A small thing that stands on it.
    let y = 218.0;
    if s.look.seed.is_multiple_of(2) {
        s.c.shadow(292.0, y - 4.0, 28.0, 6.0, 0.35);
        cup(
            &mut s.c,
            288.0,
            y - 26.0,
            24.0,
            &Colours {
                main: Ink::of(0xF2_EDE3),
                ..k
            },
            Ink::of(0x6E_4A2E),
        );
    } else {
        s.c.shadow(190.0, y - 4.0, 30.0, 6.0, 0.35);
        for i in 0..7u8 {
            leaf(
                &mut s.c,
                186.0,
                y - 56.0,
                62.0 + f32::from(i % 3) * 14.0,
                -2.5 + f32::from(i) * 0.32,
                Ink::of(0x7F_9876).mix(Ink::of(0xB9_C6A2), f32::from(i % 3) * 0.3),
            );
        }
        s.c.fill(
            &shape(&format!(
                "M 164 {} L 208 {} L 202 {} L 170 {} Z",
                y - 60.0,
                y - 60.0,
                y - 4.0,
                y - 4.0
            )),
            round_fill(164.0, 208.0, Ink::of(0xE9_E0D2)),
        );
    }
}
