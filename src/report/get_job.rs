//! The answer of Get Job (G1): as JSON of the service, and in words.
//!
//! State, percentages, bytes and packages come from the simulation. Identifiers of the real service (serial numbers,
//! hashes, addresses) are made up from the name of the job, so they are the same at each call.

use super::names::Names;
use super::words::thousands;
use crate::engine::time::Instant;
use crate::policy::{DriveState, JobState};
use crate::scenario::Scenario;
use crate::world::{DriveView, JobView};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Path of the made-up resources.
const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shipback/providers";
const DIAGNOSTICS: &str = "waimportexport";

/// A job, and the values made up for it.
struct Shown<'a> {
    scenario: &'a Scenario,
    view: &'a JobView,
    name: String,
}

/// The body of the answer, as the service's API description defines it (`JobResponse`).
pub fn get_job_json(scenario: &Scenario, view: &JobView) -> String {
    let shown = Shown::new(scenario, view);
    let body = json!({
        "systemData": { "createdAt": shown.date(view.ordered), "lastModifiedAt": shown.date(view.modified) },
        "id": format!("{GROUP}/Microsoft.ImportExport/jobs/{}", shown.name),
        "name": shown.name,
        "type": "Microsoft.ImportExport/jobs",
        "location": "Central US",
        "properties": shown.properties(),
        "identity": { "type": "None" },
    });
    serde_json::to_string_pretty(&body).expect("json: names are text and numbers are whole")
}

impl Shown<'_> {
    fn new<'a>(scenario: &'a Scenario, view: &'a JobView) -> Shown<'a> {
        Shown { scenario, view, name: Names::new(scenario).job(view.job) }
    }

    fn date(&self, at: Instant) -> String {
        self.scenario.run.epoch.timestamp(at).to_string()
    }

    /// Digits that depend on this job and `what` only.
    fn made_up(&self, what: &str, digits: usize) -> String {
        let hash = blake3::hash(format!("{}/{what}", self.name).as_bytes()).to_hex().to_ascii_uppercase();
        hash[..digits].to_owned()
    }

    fn account(&self) -> String {
        format!("account{}", self.view.account + 1)
    }

    fn properties(&self) -> Value {
        let view = self.view;
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.into(), value);
        put(
            "storageAccountId",
            json!(format!("{GROUP}/Microsoft.Storage/storageAccounts/{}", self.account())),
        );
        put("jobType", json!(if view.export { "Export" } else { "Import" }));
        put("returnAddress", self.return_address());
        if let Some(package) = view.delivery_package {
            put("deliveryPackage", self.package("in", package));
        }
        if let Some(package) = view.return_package {
            put("returnPackage", self.package("back", package));
        }
        put("diagnosticsPath", json!(DIAGNOSTICS));
        put("logLevel", json!(if self.view.verbose_log { "Verbose" } else { "Error" }));
        put("backupDriveManifest", json!(true));
        put("state", json!(view.state.name()));
        put("cancelRequested", json!(view.cancel_requested));
        put("percentComplete", json!(view.percent_complete));
        put("driveList", view.drives.iter().map(|drive| self.drive(drive)).collect());
        if view.export {
            put("export", json!({ "blobList": { "blobPathPrefix": ["/"] } }));
        }
        put("provisioningState", json!("Succeeded"));
        put("encryptionKey", json!({ "kekType": "MicrosoftManaged" }));
        Value::Object(map)
    }

    fn return_address(&self) -> Value {
        let street = if self.view.address_good { "1 Return Road" } else { "1 Nowhere" };
        json!({
            "recipientName": format!("Customer of {}", self.name),
            "streetAddress1": street,
            "city": "Springfield",
            "postalCode": "00000",
            "countryOrRegion": "USA",
            "phone": "000 000 0000",
            "email": format!("{}@example.com", self.name),
        })
    }

    fn package(&self, way: &str, (carrier, sent, drives): (u8, Instant, u8)) -> Value {
        json!({
            "carrierName": Names::new(self.scenario).carrier(carrier),
            "trackingNumber": self.tracking(way),
            "driveCount": drives,
            "shipDate": self.date(sent),
        })
    }

    fn tracking(&self, way: &str) -> String {
        format!("1Z{}", self.made_up(way, 16))
    }

    fn serial(&self, drive: &DriveView) -> String {
        self.made_up(&format!("d{}", drive.number + 1), 12)
    }

    fn log(&self, drive: &DriveView, kind: &str) -> String {
        let (account, serial) = (self.account(), self.serial(drive));
        format!("https://{account}.blob.core.windows.net/{DIAGNOSTICS}/{}/{serial}-{kind}", self.name)
    }

    fn drive(&self, drive: &DriveView) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.into(), value);
        put("driveId", json!(self.serial(drive)));
        put("manifestFile", json!("\\DriveManifest.xml"));
        put("manifestHash", json!(self.made_up(&format!("m{}", drive.number + 1), 32)));
        put("driveHeaderHash", json!(""));
        put("state", json!(drive.wire_state.name()));
        // The API returns it once data has flowed, or the drive was given up before: then it is processed too.
        if drive.has_logs {
            put("copyStatus", json!(copy_status(drive)));
        }
        put("percentComplete", json!(drive.percent_complete));
        if drive.has_logs {
            if self.view.verbose_log {
                put("verboseLogUri", json!(self.log(drive, "verbose.log")));
            }
            put("errorLogUri", json!(self.log(drive, "error.log")));
            put("manifestUri", json!(self.log(drive, "DriveManifest.xml")));
        }
        put("bytesSucceeded", json!(drive.bytes_copied));
        Value::Object(map)
    }
}

fn copy_status(drive: &DriveView) -> &'static str {
    match drive.state {
        DriveState::Faulted => "Suspended",
        DriveState::Received => "Waiting",
        DriveState::Transferring => "InProgress",
        DriveState::CompletedMoreInfo => "CompletedWithInfo",
        _ if drive.bytes_copied < drive.bytes => "Incomplete",
        _ => "Completed",
    }
}

/// The answer in words; `at` is the instant of the request.
pub fn get_job_text(scenario: &Scenario, view: &JobView, at: Instant) -> String {
    let shown = Shown::new(scenario, view);
    let epoch = &scenario.run.epoch;
    let mut text = String::new();
    let mut say = |label: &str, value: String| {
        writeln!(text, "  {label:<18}{value}").expect("a string takes all");
    };
    let base = match view.state {
        JobState::Faulted => format!(" (was {})", view.base),
        _ => String::new(),
    };
    say("state", format!("{}{base}", view.state));
    say("percent complete", format!("{} %", view.percent_complete));
    say("type", if view.export { "export" } else { "import" }.into());
    say("ordered", epoch.format(view.ordered));
    say("last changed", epoch.format(view.modified));
    if view.cancel_requested {
        say("cancel", "requested".into());
    }
    let names = Names::new(scenario);
    let packages =
        [("delivery package", "in", view.delivery_package), ("return package", "back", view.return_package)];
    for (label, way, package) in packages {
        let told = package.map(|(carrier, sent, drives)| {
            let (carrier, number) = (names.carrier(carrier), shown.tracking(way));
            format!("{}, {carrier} {number}, shipped {}", counted(drives, "drive"), epoch.format(sent))
        });
        say(label, told.unwrap_or_else(|| "none".into()));
    }
    say("return address", if view.address_good { "good" } else { "incorrect, or missing in part" }.into());
    let head =
        format!("{} at {} (day {})\n", shown.name, epoch.format(at), at.since_start().as_days().floor());
    head + &text + &shown.drives()
}

impl Shown<'_> {
    fn drives(&self) -> String {
        if self.view.drives.is_empty() {
            return "  no drives listed\n".into();
        }
        let mut text = String::from("\n");
        let mut say = |line: std::fmt::Arguments| writeln!(text, "{line}").expect("a string takes all");
        say(format_args!(
            "  {:<6}{:<14}{:<20}{:>8}  {:>20}",
            "drive", "serial", "state", "percent", "bytes copied"
        ));
        for drive in &self.view.drives {
            let (number, serial) = (format!("d{}", drive.number + 1), self.serial(drive));
            let state = match drive.state {
                DriveState::Faulted => format!("Faulted ({})", drive.wire_state),
                state => state.to_string(),
            };
            let (percent, bytes) = (drive.percent_complete, thousands(drive.bytes_copied));
            say(format_args!("  {number:<6}{serial:<14}{state:<20}{percent:>6} %  {bytes:>20}"));
        }
        for drive in self.view.drives.iter().filter(|drive| drive.has_logs) {
            let number = drive.number + 1;
            say(format_args!("  d{number} errors   {}", self.log(drive, "error.log")));
            if self.view.verbose_log {
                say(format_args!("  d{number} verbose  {}", self.log(drive, "verbose.log")));
            }
        }
        text
    }
}

/// "1 drive", "2 drives".
pub fn counted(number: u8, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
