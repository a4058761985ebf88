//! The layout of the drawing of the policy, in pixels. A test finds overlaps.

use super::*;

/// Width of the drawing.
pub(crate) const WIDTH: i32 = 1540;

/// A box: its centre and size.
pub(crate) struct Place {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) w: i32,
    pub(crate) h: i32,
}

/// The position of an arrow's labels relative to their point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// In a column, to the right of the point.
    Start,
    /// In a column, to the left of the point.
    End,
    /// In one line, around the point.
    Middle,
    /// Around the point: the first label above a horizontal line, the others below it.
    Split,
}

/// The route of an arrow, and the position of its labels.
pub(crate) struct Route<S: 'static> {
    pub(crate) from: S,
    pub(crate) to: S,
    pub(crate) path: &'static [(i32, i32)],
    pub(crate) label: (i32, i32, Side),
}

/// A diagram.
pub(crate) struct Layout<S: 'static> {
    pub(crate) height: i32,
    pub(crate) places: &'static [(S, Place)],
    pub(crate) routes: &'static [Route<S>],
    pub(crate) note: (i32, i32, &'static str),
}

/// Places in short form: state, centre, size.
macro_rules! places {
    ($words:ident: $( $state:ident at $x:literal $y:literal size $w:literal $h:literal; )*) => {
        &[$( ($words::$state, Place { x: $x, y: $y, w: $w, h: $h }) ),*]
    };
}

/// Routes in short form: from, to, the points of the line, the point and side of the labels.
macro_rules! routes {
    ($words:ident: $( $from:ident => $to:ident through $( ($x:literal $y:literal) )+
        label $lx:literal $ly:literal $side:ident; )*) => {
        &[$( Route {
            from: $words::$from, to: $words::$to, path: &[$( ($x, $y) ),+], label: ($lx, $ly, Side::$side),
        } ),*]
    };
}

pub(crate) const JOBS: Layout<JobState> = Layout {
    height: 480,
    note: (
        300,
        432,
        "A Faulted job keeps its base state and goes back to it; a change that falls due meanwhile waits (F3).",
    ),
    places: places! { JobState:
        Absent       at   55 270 size  16 16;
        Creating     at  180 270 size 130 46;
        Shipping     at  390 270 size 130 46;
        Received     at  600 270 size 130 46;
        Transferring at  810 270 size 130 46;
        Packaging    at 1020 270 size 130 46;
        Completed    at 1220 270 size 130 46;
        Closed       at 1220 150 size 130 46;
        Gone         at 1440 270 size 120 46;
        Faulted      at  600 385 size 970 34;
    },
    routes: routes! { JobState:
        Absent       => Creating     through (63 270) (115 270)                           label   88 261 Middle;
        Creating     => Creating     through (135 247) (135 222) (175 222) (175 247)      label  155 214 Middle;
        Creating     => Gone         through (225 247) (225 85) (1470 85) (1470 247)      label  700  77 Middle;
        Creating     => Shipping     through (245 270) (325 270)                          label  283 261 Middle;
        Shipping     => Shipping     through (335 247) (335 222) (375 222) (375 247)      label  347 214 Middle;
        Shipping     => Closed       through (440 247) (440 140) (1155 140)               label  700 132 Middle;
        Shipping     => Received     through (455 270) (535 270)                          label  493 261 Middle;
        Received     => Received     through (555 247) (555 222) (595 222) (595 247)      label  575 214 Middle;
        Received     => Packaging    through (645 247) (645 190) (1000 190) (1000 247)    label  700 182 Middle;
        Received     => Transferring through (665 270) (745 270)                          label  703 261 Middle;
        Transferring => Transferring through (790 247) (790 222) (830 222) (830 247)      label  810 214 Middle;
        Transferring => Packaging    through (875 261) (955 261)                          label  913 252 Middle;
        Packaging    => Transferring through (955 280) (875 280)                          label  917 299 Middle;
        Packaging    => Completed    through (1085 270) (1155 270)                        label 1103 261 Middle;
        Packaging    => Closed       through (1050 247) (1050 160) (1155 160)             label 1058 210 Start;
        Completed    => Gone         through (1285 270) (1380 270)                        label 1330 261 Split;
        Closed       => Gone         through (1285 150) (1410 150) (1410 247)             label 1347 142 Middle;
        Creating     => Faulted      through (165 293) (165 368)                          label  158 335 End;
        Shipping     => Faulted      through (375 293) (375 368)                          label  368 335 End;
        Received     => Faulted      through (585 293) (585 368)                          label  578 335 End;
        Transferring => Faulted      through (795 293) (795 368)                          label  788 335 End;
        Packaging    => Faulted      through (1005 293) (1005 368)                        label  998 335 End;
        Faulted      => Creating     through (195 368) (195 293)                          label  203 335 Start;
        Faulted      => Shipping     through (405 368) (405 293)                          label  413 335 Start;
        Faulted      => Received     through (615 368) (615 293)                          label  623 326 Start;
        Faulted      => Transferring through (825 368) (825 293)                          label  833 326 Start;
        Faulted      => Packaging    through (1035 368) (1035 293)                        label 1043 326 Start;
        Faulted      => Closed       through (1085 385) (1122 385) (1122 215) (1220 215) (1220 173) label 1130 335 Start;
    },
};

pub(crate) const DRIVES: Layout<DriveState> = Layout {
    height: 410,
    note: (300, 362, "An extra drive has no state (X1). A destroyed drive keeps its last state."),
    places: places! { DriveState:
        Absent            at   55 150 size  16 16;
        Specified         at  200 150 size 150 46;
        NeverReceived     at  200 285 size 150 46;
        Received          at  510 150 size 150 46;
        Transferring      at  820 150 size 150 46;
        Completed         at 1110 150 size 190 46;
        CompletedMoreInfo at 1110 235 size 190 46;
        ShippedBack       at 1415 150 size 150 46;
        Faulted           at  665 285 size 130 46;
    },
    routes: routes! { DriveState:
        Absent            => Specified         through (63 150) (125 150)                            label   92 141 Middle;
        Absent            => Received          through (55 142) (55 85) (480 85) (480 127)           label  268  77 Middle;
        Specified         => Received          through (275 150) (435 150)                           label  353 141 Middle;
        Specified         => NeverReceived     through (200 173) (200 262)                           label  208 213 Start;
        NeverReceived     => Received          through (275 285) (465 285) (465 173)                 label  370 277 Middle;
        Received          => Transferring      through (585 150) (745 150)                           label  663 141 Middle;
        Received          => Faulted           through (555 173) (555 275) (600 275)                 label  563 225 Start;
        Transferring      => Faulted           through (790 173) (790 275) (730 275)                 label  782 225 End;
        Transferring      => Completed         through (895 150) (1015 150)                          label  958 141 Middle;
        Transferring      => CompletedMoreInfo through (850 173) (850 235) (1015 235)                label  940 227 Middle;
        Completed         => ShippedBack       through (1205 150) (1340 150)                         label 1271 141 Middle;
        CompletedMoreInfo => ShippedBack       through (1205 235) (1400 235) (1400 173)              label 1271 227 Middle;
        Received          => ShippedBack       through (540 127) (540 85) (1415 85) (1415 127)       label  820  77 Middle;
        Faulted           => Received          through (600 295) (510 295) (510 173)                 label  552 313 Middle;
        Faulted           => CompletedMoreInfo through (730 285) (1110 285) (1110 258)               label  940 277 Middle;
        Faulted           => ShippedBack       through (665 308) (665 335) (1440 335) (1440 173)     label  940 327 Middle;
    },
};
