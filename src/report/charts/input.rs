//! What the charts show, as plain data: names, dates and numbers. Nothing here knows jobs or measures.
//!
//! Values that are not finite are gaps; a chart of which nothing is left says "no data".

use jiff::civil::Date;

/// All charts of one run. [`super::render_all`] draws them.
#[derive(Clone, Debug)]
pub struct Charts {
    /// What stands under every title.
    pub caption: Caption,
    /// Jobs by state over time.
    pub states: StatesChart,
    /// Turnaround as cumulative curve.
    pub turnaround: TurnaroundChart,
    /// Service levels by month.
    pub levels: LevelsChart,
    /// Queue and utilisation of the stations.
    pub stations: StationsChart,
    /// How jobs ended.
    pub outcomes: OutcomesChart,
    /// Where the time went.
    pub time_spent: TimeSpentChart,
    /// How often each rule fired.
    pub rules: RulesChart,
}

/// Which run a chart shows; the first part of the line under its title.
#[derive(Clone, Debug)]
pub struct Caption {
    /// Name of the scenario.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// How many replications are shown together.
    pub replications: u64,
}

/// A shared date axis: value number `i` of every series belongs to the day `first + i`.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The day of the first value.
    pub first: Date,
    /// Vertical marks: end of the warm-up, last order.
    pub marks: Vec<Mark>,
    /// Disruptions and peaks.
    pub shades: Vec<Shade>,
}

/// A labelled part of a date axis.
#[derive(Clone, Debug)]
pub struct Shade {
    /// Where it begins: days since the start of the axis.
    pub from: f64,
    /// Where it ends.
    pub until: f64,
    /// What it is, in a few words.
    pub label: String,
}

/// A labelled vertical line.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Where: days since the start of the axis.
    pub at: f64,
    /// A few words.
    pub label: String,
}

/// A named series of daily values.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// One value a day; series of one chart may differ in length.
    pub values: Vec<f64>,
}

/// Jobs by state over time: two panels of stacked areas with a scale of their own, since the records kept for
/// weeks after a job has ended would dwarf the jobs in work.
#[derive(Clone, Debug)]
pub struct StatesChart {
    /// What is counted, such as "jobs in the house at midnight".
    pub counted: String,
    /// The date axis.
    pub timeline: Timeline,
    /// States of jobs in work, the first at the bottom: Creating, Shipping, Received, Transferring, Packaging,
    /// Faulted (the sixth colour is the alarming one).
    pub working: Vec<Series>,
    /// States of jobs in retention: Completed, Closed.
    pub retained: Vec<Series>,
}

/// Turnaround as cumulative curves, and service levels by the time to the due instant.
#[derive(Clone, Debug)]
pub struct TurnaroundChart {
    /// What is counted, such as "14,210 jobs that ended, from order to end".
    pub counted: String,
    /// One curve for each group, the one that the chart is about first; four at the most.
    pub curves: Vec<Curve>,
    /// One curve for each service level; six at the most.
    pub levels: Vec<LevelCurve>,
    /// Share of jobs, 0 to 1, that had not ended and count as still waiting.
    pub censored_share: f64,
}

/// A cumulative curve: by `days[i]`, the share `share[i]` (0 to 1) was done. Both rise; drawn as steps.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Days, rising.
    pub days: Vec<f64>,
    /// Shares, 0 to 1.
    pub share: Vec<f64>,
    /// Median in days, if it was reached.
    pub p50: Option<f64>,
    /// 95th percentile in days, if it was reached.
    pub p95: Option<f64>,
    /// How its 95th percentile differs from that of the first, in words; may be empty.
    pub note: String,
}

/// Of the jobs of a service level, the share that was done so many days after it was due (negative: before).
#[derive(Clone, Debug)]
pub struct LevelCurve {
    /// The name of the level.
    pub name: String,
    /// Days after the due instant, rising.
    pub days: Vec<f64>,
    /// Shares, 0 to 1; that at 0 is the attainment.
    pub share: Vec<f64>,
    /// The attainment, 0 to 1.
    pub attained: f64,
    /// Its target.
    pub target: f64,
    /// The jobs that it is of.
    pub jobs: u64,
}

/// Attainment of service levels by month of the order, a panel each.
#[derive(Clone, Debug)]
pub struct LevelsChart {
    /// What is counted.
    pub counted: String,
    /// The levels.
    pub levels: Vec<LevelMonths>,
}

/// One service level.
#[derive(Clone, Debug)]
pub struct LevelMonths {
    /// Its name.
    pub name: String,
    /// What it promises, in a few words.
    pub says: String,
    /// Its target, 0 to 1.
    pub target: f64,
    /// Its months in order.
    pub months: Vec<MonthPoint>,
}

/// One month.
#[derive(Clone, Debug)]
pub struct MonthPoint {
    /// Such as "Nov 26".
    pub name: String,
    /// Attainment, 0 to 1; NaN without a job.
    pub value: f64,
    /// Its interval; ends that are not known are NaN.
    pub interval: (f64, f64),
    /// Jobs that attainment counts.
    pub jobs: u64,
    /// Share of replications that miss the target in this month, of several.
    pub chance: Option<f64>,
}

/// Queue and utilisation over time, a row for each station.
#[derive(Clone, Debug)]
pub struct StationsChart {
    /// What is counted, such as "longest queue of the day; share of open server time at work".
    pub counted: String,
    /// The date axis.
    pub timeline: Timeline,
    /// The stations on the way of a drive; the first [`super::MOST_STATIONS`] are drawn.
    pub stations: Vec<StationSeries>,
}

/// One station.
#[derive(Clone, Debug)]
pub struct StationSeries {
    /// Its name, such as "Receiving dock".
    pub name: String,
    /// What waits there, such as "packages".
    pub unit: String,
    /// Queue length, a value a day; of several replications the mean.
    pub queue: Vec<f64>,
    /// Where the queue is in 90 % of replications: the lower ends, the upper ends.
    pub band: Option<(Vec<f64>, Vec<f64>)>,
    /// Utilisation, 0 to 1, a value a day; a day when the station is closed is NaN. `None`: its servers have no limit.
    pub utilization: Option<Vec<f64>>,
}

/// How jobs ended, as horizontal bars in the order given.
#[derive(Clone, Debug)]
pub struct OutcomesChart {
    /// What is counted, such as "jobs ordered in the measured window".
    pub counted: String,
    /// The bars.
    pub outcomes: Vec<Outcome>,
}

/// One way to end.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// A few words, such as "Closed: customer never answered".
    pub name: String,
    /// How many; shares are of the sum over all outcomes.
    pub count: u64,
    /// Colour.
    pub tone: Tone,
}

/// What an outcome means to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ended as wished.
    Good,
    /// Ended with something wrong.
    Mixed,
    /// Failed.
    Bad,
    /// Not ended yet.
    Open,
}

/// Where the time of a mean job went: a stacked bar for each group.
#[derive(Clone, Debug)]
pub struct TimeSpentChart {
    /// What is counted, such as "mean days of a job, from order to end".
    pub counted: String,
    /// Names of the parts, in stacking order; eight at the most have a colour of their own.
    pub parts: Vec<String>,
    /// The bars: all jobs, imports, exports.
    pub groups: Vec<TimeGroup>,
}

/// One bar.
#[derive(Clone, Debug)]
pub struct TimeGroup {
    /// Its name, such as "Imports".
    pub name: String,
    /// How many jobs.
    pub jobs: u64,
    /// Mean days of each part, in the order of [`TimeSpentChart::parts`].
    pub days: Vec<f64>,
}

/// How often each rule fired, on a logarithmic scale.
#[derive(Clone, Debug)]
pub struct RulesChart {
    /// What is counted, such as "times a rule fired, whole run".
    pub counted: String,
    /// The rules that act, in the order of the policy. Codes that start with J or D have a panel each, the rest
    /// share a third.
    pub rules: Vec<RuleCount>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct RuleCount {
    /// Its number, such as "J9".
    pub code: String,
    /// What it does in a few words; shortened to the room there is.
    pub says: String,
    /// How often it fired.
    pub fired: u64,
}

/// Differences of variants from a base: a panel for each unit, a row for each difference.
#[derive(Clone, Debug)]
pub struct DifferencesChart {
    /// What the intervals are, in a few words.
    pub counted: String,
    /// The rows, in the order given; those of one unit stand together.
    pub rows: Vec<DifferenceRow>,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct DifferenceRow {
    /// Whose, such as "95 % of jobs end within".
    pub name: String,
    /// Its metric and its variant, in small letters.
    pub note: String,
    /// The unit, such as "points".
    pub unit: String,
    /// The difference.
    pub value: f64,
    /// The lower end of its interval; NaN where there is none.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// What it means.
    pub tone: Tone,
    /// What it means, the difference and its interval, in a few words.
    pub words: String,
}

/// Jobs that end otherwise, a panel for each variant.
#[derive(Clone, Debug)]
pub struct FlowChart {
    /// What is counted, in a few words.
    pub counted: String,
    /// Names of the outcomes.
    pub outcomes: Vec<String>,
    /// The variants.
    pub panels: Vec<FlowPanel>,
}

/// One variant.
#[derive(Clone, Debug)]
pub struct FlowPanel {
    /// Its name.
    pub name: String,
    /// How many jobs have the outcome of the row in the base and that of the column in the variant.
    pub counts: Vec<Vec<u64>>,
}

/// An axis of a parameter.
#[derive(Clone, Debug)]
pub struct Across {
    /// Its name, with the unit of its values.
    pub name: String,
    /// Words for its values where they are no numbers, or in a map; empty where they are numbers.
    pub labels: Vec<String>,
}

/// A number over a parameter.
#[derive(Clone, Debug)]
pub struct BandChart {
    /// What it shows.
    pub title: String,
    /// What is counted, such as "95 % intervals of 10 replications at each of 7 points".
    pub counted: String,
    /// The unit of the number.
    pub unit: String,
    /// The parameter.
    pub across: Across,
    /// The lines; the first is what the chart is about.
    pub lines: Vec<BandLine>,
    /// The line that the number should keep.
    pub target: Option<Mark>,
    /// Points are joined to a line with a band; otherwise each stands for itself.
    pub joined: bool,
    /// What is best at each place, from the left to the right: drawn as a line of steps behind the points.
    pub frontier: Vec<(f64, f64)>,
    /// The parameter that the points are coloured by, with its least and its greatest value.
    pub shaded: Option<(String, String, String)>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct BandLine {
    /// Its name in the legend.
    pub name: String,
    /// Its points from the left to the right.
    pub points: Vec<BandPoint>,
}

/// One point with its interval; an end that is not known is not finite.
#[derive(Clone, Debug)]
pub struct BandPoint {
    /// The value of the parameter, or the number of its word.
    pub at: f64,
    /// The number.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Drawn as a ring: not what is looked for.
    pub hollow: bool,
    /// Ringed and named: what the chart is about.
    pub label: Option<String>,
    /// Written small beside it, where there is room.
    pub name: Option<String>,
    /// The value of another parameter, 0 to 1 of its range: the colour of the point.
    pub shade: Option<f64>,
}

impl BandPoint {
    /// A point that is nothing special.
    pub fn plain(at: f64, value: f64, (low, high): (f64, f64)) -> BandPoint {
        BandPoint { at, value, low, high, hollow: false, label: None, name: None, shade: None }
    }
}

/// A number over two parameters.
#[derive(Clone, Debug)]
pub struct HeatChart {
    /// What it shows.
    pub title: String,
    /// What is counted.
    pub counted: String,
    /// The unit of the number.
    pub unit: String,
    /// The parameter across, with a word for each column.
    pub across: Across,
    /// The parameter upwards, with a word for each row.
    pub up: Across,
    /// The number of each row, the lowest first, and column; NaN where there is none.
    pub fields: Vec<Vec<f64>>,
    /// Whether the interval of each field holds the target: hatched.
    pub undecided: Vec<Vec<bool>>,
    /// What should be reached, and whether less is better.
    pub target: Option<(f64, bool)>,
}

/// How far a number moves with each parameter.
#[derive(Clone, Debug)]
pub struct TornadoChart {
    /// What it shows.
    pub title: String,
    /// What is counted.
    pub counted: String,
    /// The unit of the number.
    pub unit: String,
    /// The number as the scenario is.
    pub base: f64,
    /// A bar for each parameter, the widest first.
    pub bars: Vec<TornadoBar>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct TornadoBar {
    /// Its path.
    pub name: String,
    /// At its least value.
    pub least: TornadoEnd,
    /// At its greatest.
    pub most: TornadoEnd,
    /// The mean size of its effect over the whole range, wherever the others are.
    pub effect: f64,
    /// Which part of that chance alone would show.
    pub noise: f64,
    /// Neither end differs from the base beyond chance.
    pub is_noise: bool,
}

/// One end of a bar.
#[derive(Clone, Debug)]
pub struct TornadoEnd {
    /// The value of the parameter.
    pub label: String,
    /// The number there.
    pub value: f64,
    /// The interval of its difference to the base, around the value.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Welch's chart: a panel for each series.
#[derive(Clone, Debug)]
pub struct WelchChart {
    /// What is counted, in a few words.
    pub counted: String,
    /// The day of the first value.
    pub first: Date,
    /// The series.
    pub series: Vec<WelchSeries>,
}

/// One series.
#[derive(Clone, Debug)]
pub struct WelchSeries {
    /// Its name.
    pub name: String,
    /// Means over replications, a value a day.
    pub days: Vec<f64>,
    /// The same, smoothed.
    pub smooth: Vec<f64>,
    /// The days that are advised to be cut; `None`: too short to tell.
    pub cut: Option<f64>,
}
