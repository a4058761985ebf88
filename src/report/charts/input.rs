//! The input of the charts as plain data: names, dates and numbers. Nothing here knows jobs or measures.
//!
//! Values that are not finite become gaps. A chart without values says "no data".

use jiff::civil::Date;

/// All charts of one run. [`super::render_all`] draws them.
#[derive(Clone, Debug)]
pub struct Charts {
    /// The line under every title.
    pub caption: Caption,
    /// Jobs by state over time.
    pub states: StatesChart,
    /// Turnaround as a cumulative curve.
    pub turnaround: TurnaroundChart,
    /// Service levels by month.
    pub levels: LevelsChart,
    /// Queue and utilisation of the stations.
    pub stations: StationsChart,
    /// How jobs ended.
    pub outcomes: OutcomesChart,
    /// Where the time of jobs went.
    pub time_spent: TimeSpentChart,
    /// How often each rule fired.
    pub rules: RulesChart,
}

/// The run that a chart shows; first part of the line under its title.
#[derive(Clone, Debug)]
pub struct Caption {
    /// Name of the scenario.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// Number of replications shown together.
    pub replications: u64,
}

/// A date axis: value `i` of every series belongs to the day `first + i`.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The day of the first value.
    pub first: Date,
    /// Vertical marks: end of the warm-up, last job created.
    pub marks: Vec<Mark>,
    /// Disruptions and peaks.
    pub shades: Vec<Shade>,
}

/// A labelled part of a date axis.
#[derive(Clone, Debug)]
pub struct Shade {
    /// Begin, in days since the start of the axis.
    pub from: f64,
    /// End, in days since the start of the axis.
    pub until: f64,
    /// Label, a few words.
    pub label: String,
}

/// A labelled vertical line.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Position in days since the start of the axis.
    pub at: f64,
    /// Label, a few words.
    pub label: String,
}

/// A named series of daily values.
#[derive(Clone, Debug)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// One value a day; series of one chart may have different lengths.
    pub values: Vec<f64>,
}

/// Jobs by state over time, in two panels of stacked areas with their own scales. With one scale, the records kept for
/// weeks after the end of jobs would hide the jobs in work.
#[derive(Clone, Debug)]
pub struct StatesChart {
    /// What is counted, such as "active jobs at midnight".
    pub counted: String,
    /// The date axis.
    pub timeline: Timeline,
    /// States of jobs in work, the first at the bottom: Creating, Shipping, Received, Transferring, Packaging, Faulted
    /// (the sixth colour is a warning colour).
    pub working: Vec<Series>,
    /// States of jobs during retention: Completed, Closed.
    pub retained: Vec<Series>,
}

/// Turnaround as cumulative curves, and service levels by the time relative to the due instant.
#[derive(Clone, Debug)]
pub struct TurnaroundChart {
    /// What is counted, such as "14,210 jobs that ended, from order to end".
    pub counted: String,
    /// One curve for each group, at most four; the first is the subject of the chart.
    pub curves: Vec<Curve>,
    /// One curve for each service level, at most six.
    pub levels: Vec<LevelCurve>,
    /// Share of jobs, 0 to 1, that have not ended; they count as still waiting.
    pub censored_share: f64,
}

/// A cumulative curve: by `days[i]`, the share `share[i]` (0 to 1) was done. Both are rising; drawn as steps.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Days, rising.
    pub days: Vec<f64>,
    /// Shares, 0 to 1.
    pub share: Vec<f64>,
    /// Median in days, if the curve reaches it.
    pub p50: Option<f64>,
    /// 95th percentile in days, if the curve reaches it.
    pub p95: Option<f64>,
    /// The difference of its 95th percentile from that of the first curve, in words; may be empty.
    pub note: String,
}

/// For the jobs of a service level: the share that was done this many days after the due instant (negative: before).
#[derive(Clone, Debug)]
pub struct LevelCurve {
    /// The name of the level.
    pub name: String,
    /// Days after the due instant, rising.
    pub days: Vec<f64>,
    /// Shares, 0 to 1; the share at 0 is the attainment.
    pub share: Vec<f64>,
    /// The attainment, 0 to 1.
    pub attained: f64,
    /// Its target.
    pub target: f64,
    /// Number of jobs.
    pub jobs: u64,
}

/// Attainment of service levels by month of creation, one panel each.
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
    /// The service level in a few words.
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
    /// Confidence interval; unknown ends are NaN.
    pub interval: (f64, f64),
    /// Number of jobs that attainment counts.
    pub jobs: u64,
    /// Share of replications that miss the target in this month; `None` for one run.
    pub chance: Option<f64>,
}

/// Queue and utilisation over time, a row for each station.
#[derive(Clone, Debug)]
pub struct StationsChart {
    /// What is counted, such as "longest queue of the day; share of open server time at work".
    pub counted: String,
    /// The date axis.
    pub timeline: Timeline,
    /// The stations in the order of a drive's way; the first [`super::MOST_STATIONS`] are drawn.
    pub stations: Vec<StationSeries>,
}

/// One station.
#[derive(Clone, Debug)]
pub struct StationSeries {
    /// Its name, such as "Receiving dock".
    pub name: String,
    /// What waits there, such as "packages".
    pub unit: String,
    /// Queue length, one value a day; the mean over several replications.
    pub queue: Vec<f64>,
    /// The band of 90 % of replications: (lower ends, upper ends).
    pub band: Option<(Vec<f64>, Vec<f64>)>,
    /// Utilisation, 0 to 1, one value a day; NaN on a day when the station is closed. `None`: no limit of servers.
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

/// One outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// A few words, such as "Closed: customer never answered".
    pub name: String,
    /// Number of jobs; shares are relative to the sum over all outcomes.
    pub count: u64,
    /// Colour.
    pub tone: Tone,
}

/// The meaning of an outcome for the customer.
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

/// Where the time of an average job went: a stacked bar for each group.
#[derive(Clone, Debug)]
pub struct TimeSpentChart {
    /// What is counted, such as "mean days of a job, from order to end".
    pub counted: String,
    /// Names of the parts, from left to right; the first eight have their own colours.
    pub parts: Vec<String>,
    /// The bars: all jobs, imports, exports.
    pub groups: Vec<TimeGroup>,
}

/// One bar.
#[derive(Clone, Debug)]
pub struct TimeGroup {
    /// Its name, such as "Imports".
    pub name: String,
    /// Number of jobs.
    pub jobs: u64,
    /// Mean days of each part, in the order of [`TimeSpentChart::parts`].
    pub days: Vec<f64>,
}

/// How often each rule fired, on a logarithmic scale.
#[derive(Clone, Debug)]
pub struct RulesChart {
    /// What is counted, such as "times a rule fired, whole run".
    pub counted: String,
    /// The rules that act, in the order of the policy. Rules that start with J or D have a panel each; all others share
    /// a third one.
    pub rules: Vec<RuleCount>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct RuleCount {
    /// Its number, such as "J9".
    pub code: String,
    /// The rule in a few words; shortened where it does not fit.
    pub says: String,
    /// Number of times it fired.
    pub fired: u64,
}

/// Differences of variants from a base: a panel for each unit, a row for each difference.
#[derive(Clone, Debug)]
pub struct DifferencesChart {
    /// The kind of the intervals, in a few words.
    pub counted: String,
    /// The rows, in the given order; rows of one unit must be adjacent.
    pub rows: Vec<DifferenceRow>,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct DifferenceRow {
    /// The metric in words, such as "95 % of jobs end within".
    pub name: String,
    /// Metric and variant, in small print.
    pub note: String,
    /// The unit, such as "points".
    pub unit: String,
    /// The difference.
    pub value: f64,
    /// Lower end of its interval; NaN where there is none.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Tone of the conclusion.
    pub tone: Tone,
    /// Conclusion, difference and interval, in a few words.
    pub words: String,
}

/// Jobs that end differently, one panel for each variant.
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
    /// Number of jobs with the outcome of the row in the base and that of the column in the variant.
    pub counts: Vec<Vec<u64>>,
}

/// The axis of a parameter.
#[derive(Clone, Debug)]
pub struct Across {
    /// Its name, with the unit of its values.
    pub name: String,
    /// Labels of its values in a map, or where they are not numbers; otherwise empty.
    pub labels: Vec<String>,
}

/// A metric over one parameter.
#[derive(Clone, Debug)]
pub struct BandChart {
    /// Title.
    pub title: String,
    /// What is counted, such as "95 % intervals of 10 replications at each of 7 points".
    pub counted: String,
    /// The unit of the number.
    pub unit: String,
    /// Parameter on the horizontal axis.
    pub across: Across,
    /// Lines; the first is the subject of the chart.
    pub lines: Vec<BandLine>,
    /// The target.
    pub target: Option<Mark>,
    /// Whether points are joined by a line with a band.
    pub joined: bool,
    /// The efficient points, from left to right: drawn as a step line behind the points.
    pub frontier: Vec<(f64, f64)>,
    /// The parameter that gives the colour of points: (name, smallest value, largest value).
    pub shaded: Option<(String, String, String)>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct BandLine {
    /// Name in the legend.
    pub name: String,
    /// Points, from left to right.
    pub points: Vec<BandPoint>,
}

/// One point with its interval; an unknown end is not finite.
#[derive(Clone, Debug)]
pub struct BandPoint {
    /// Value of the parameter, or the index of its label.
    pub at: f64,
    /// Value of the metric.
    pub value: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Whether it is drawn as a ring, because it does not meet the target.
    pub hollow: bool,
    /// Label of a highlighted point: the subject of the chart.
    pub label: Option<String>,
    /// Name in small print, shown where there is room.
    pub name: Option<String>,
    /// Colour of the point: the value of another parameter, as 0 to 1 of its range.
    pub shade: Option<f64>,
}

impl BandPoint {
    /// A point without highlighting.
    pub fn plain(at: f64, value: f64, (low, high): (f64, f64)) -> BandPoint {
        BandPoint { at, value, low, high, hollow: false, label: None, name: None, shade: None }
    }
}

/// A metric over two parameters.
#[derive(Clone, Debug)]
pub struct HeatChart {
    /// Title.
    pub title: String,
    /// What is counted.
    pub counted: String,
    /// The unit of the number.
    pub unit: String,
    /// Horizontal parameter, with a label for each column.
    pub across: Across,
    /// Vertical parameter, with a label for each row.
    pub up: Across,
    /// Value of the metric by row, the lowest first, and column; NaN where there is none.
    pub fields: Vec<Vec<f64>>,
    /// Whether the interval of a field contains the target; such fields are hatched.
    pub undecided: Vec<Vec<bool>>,
    /// The target, and whether less is better.
    pub target: Option<(f64, bool)>,
}

/// The effect of each parameter on a metric.
#[derive(Clone, Debug)]
pub struct TornadoChart {
    /// Title.
    pub title: String,
    /// What is counted.
    pub counted: String,
    /// The unit of the number.
    pub unit: String,
    /// Value in the unchanged scenario.
    pub base: f64,
    /// One bar for each parameter, the widest first.
    pub bars: Vec<TornadoBar>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct TornadoBar {
    /// Its path.
    pub name: String,
    /// End at its smallest value.
    pub least: TornadoEnd,
    /// End at its largest value.
    pub most: TornadoEnd,
    /// Mean absolute effect over the whole range, for all values of the other parameters (Morris).
    pub effect: f64,
    /// Share of that effect that random variation alone would show.
    pub noise: f64,
    /// Whether neither end differs significantly from the base.
    pub is_noise: bool,
}

/// One end of a bar.
#[derive(Clone, Debug)]
pub struct TornadoEnd {
    /// Value of the parameter.
    pub label: String,
    /// Value of the metric.
    pub value: f64,
    /// Lower end of the interval of the difference, placed around the value.
    pub low: f64,
    /// Upper end of that interval.
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
    /// The same means, smoothed.
    pub smooth: Vec<f64>,
    /// Recommended warm-up in days; `None`: the run is too short to tell.
    pub cut: Option<f64>,
}
