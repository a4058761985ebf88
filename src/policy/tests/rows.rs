//! Each rule pinned to the policy page: written from the page, not from the rows.

use super::*;

fn job_answers(base: JobState, faulted: bool, on: JobSignal) -> Vec<Answer<JobState>> {
    documented().job(base, faulted, on).to_vec()
}

fn drive_answers(state: DriveState, _: bool, on: DriveSignal) -> Vec<Answer<DriveState>> {
    Vec::from_iter(documented().drive(state, on))
}

fn treatment(base: JobState, listing: Listing) -> (Treatment, Rule) {
    let policy = documented();
    let row = policy.arrival(base, listing).unwrap();
    (row.treatment, row.rule)
}

fn listed_elsewhere(base: JobState, listing: Listing) -> Option<(Treatment, Rule)> {
    documented().route(base, listing).map(|row| (row.treatment, row.rule))
}

/// From, signal, to: all the moves that a rule makes, and no others.
fn moves<S: Word, G: Word>(rule: Rule, answers: impl Fn(S, G) -> Vec<Answer<S>>) -> Vec<(S, G, S)> {
    let cells = S::ALL.iter().flat_map(|from| G::ALL.iter().map(move |on| (*from, *on)));
    let answers = cells.flat_map(|(from, on)| answers(from, on).into_iter().map(move |one| (from, on, one)));
    let moves = answers.filter_map(|(from, on, answer)| match answer {
        Answer::Moves { to, rule: acting, .. } if acting == rule => Some((from, on, to)),
        _ => None,
    });
    moves.collect()
}

macro_rules! rules {
    ($answers:ident $states:ident $signals:ident: $(
        $test:ident: $rule:ident $(while $faulted:ident)? $( ($from:ident $on:ident $to:ident) )+;
    )*) => { $(
        #[test]
        fn $test() {
            let faulted = false $(|| stringify!($faulted) == "faulted")?;
            let page = [$( ($states::$from, $signals::$on, $states::$to) ),+];
            assert_eq!(moves(Rule::$rule, |from, on| $answers(from, faulted, on)), page);
        }
    )* };
}

rules! { job_answers JobState JobSignal:
    j1_put_creates: J1 (Absent Put Creating);
    j2_an_update_stays_in_creating: J2 (Creating Update Creating);
    j3_creating_expires: J3 (Creating CreatingExpired Gone);
    j4_a_creating_job_is_deleted: J4 (Creating Delete Gone);
    j5_set_to_shipping: J5 (Creating SetShipping Shipping);
    j6_overdue_stays_in_shipping: J6 (Shipping ShippingOverdue Shipping) (Shipping ShippingOverdue Shipping)
        (Shipping ShippingOverdue Shipping);
    j7_wait_stays_in_shipping: J7 (Shipping AnswerWait Shipping);
    j8_cancel_closes: J8 (Shipping AnswerCancel Closed) (Shipping CancelDue Closed);
    j9_no_answer_closes: J9 (Shipping ResponseExpired Closed);
    j10_all_received: J10 (Shipping AllReceived Received);
    j11_processing_begins: J11 (Received ProcessingBegun Transferring);
    j12_all_processed: J12 (Transferring AllProcessed Packaging);
    j13_all_left_clean: J13 (Packaging AllLeft Completed);
    j14_all_left_with_error: J14 (Packaging AllLeft Closed);
    j15_retention_ends: J15 (Completed RetentionExpired Gone) (Closed RetentionExpired Gone);
    j16_the_copy_is_skipped: J16 (Received CopySkipped Packaging);
    j17_a_late_drive_reopens: J17 (Packaging LateDrive Transferring);
    j18_a_fault: J18 (Creating Fault Faulted) (Shipping Fault Faulted) (Received Fault Faulted)
        (Transferring Fault Faulted) (Packaging Fault Faulted);
    j19_a_solved_fault_leads_back: J19 while faulted (Creating FaultSolved Creating) (Shipping FaultSolved Shipping)
        (Received FaultSolved Received) (Transferring FaultSolved Transferring) (Packaging FaultSolved Packaging);
    j20_a_fault_given_up_goes_on_as_canceled: J20 while faulted
        (Received FaultGivenUp Received) (Transferring FaultGivenUp Transferring);
    j21_a_completed_job_is_deleted: J21 (Completed Delete Gone);
    c2_a_cancel_in_force: C2 (Creating Cancel Gone) (Shipping AnswerCancel Shipping) (Shipping AnswerCancel Shipping)
        (Shipping Cancel Shipping) (Received Cancel Received) (Transferring Cancel Transferring);
    f2_a_fault_given_up: F2 while faulted (Creating FaultGivenUp Closed) (Shipping FaultGivenUp Closed)
        (Packaging FaultGivenUp Packaging);
}

rules! { drive_answers DriveState DriveSignal:
    d1_listed: D1 (Absent Listed Specified);
    d2_registered: D2 (Absent Registered Received);
    d3_received: D3 (Specified DockProcessed Received);
    d4_not_in_the_package: D4 (Specified NotInPackage NeverReceived);
    d5_no_package: D5 (Specified NoticeSent NeverReceived);
    d6_in_another_shipment: D6 (NeverReceived DockProcessed Received);
    d7_data_flows: D7 (Received DataFlows Transferring);
    d8_copied_clean: D8 (Transferring CopiedClean Completed);
    d9_copied_with_more_info: D9 (Transferring CopiedMoreInfo CompletedMoreInfo);
    d10_processed_and_left: D10 (Completed Left ShippedBack) (CompletedMoreInfo Left ShippedBack);
    d11_unprocessed_and_left: D11 (Received Left ShippedBack) (Faulted Left ShippedBack);
    d12_a_fault: D12 (Received Fault Faulted) (Transferring Fault Faulted);
    d13_a_solved_fault: D13 (Faulted FaultSolved Received);
    d14_a_fault_given_up: D14 (Faulted FaultGivenUp CompletedMoreInfo);
}

#[test]
fn the_rules_marked_h_hold_and_all_others_act() {
    let holds: Vec<Rule> = Rule::ALL.iter().copied().filter(|rule| rule.holds()).collect();
    assert_eq!(holds, [Rule::J22, Rule::C3, Rule::F3, Rule::F4, Rule::G1]);
}

fn refused_in(rule: Rule, on: JobSignal) -> Vec<JobState> {
    let refused = |base: &JobState| job_answers(*base, false, on) == [Answer::Refused { rule }];
    JobState::ALL.iter().copied().filter(refused).collect()
}

#[test]
fn j2_j5_j21_c1_decline_where_the_page_does_not_allow() {
    use JobState::*;
    let after_creating = [Shipping, Received, Transferring, Packaging, Completed, Closed];
    assert_eq!(refused_in(Rule::J2, JobSignal::Update), after_creating);
    assert_eq!(refused_in(Rule::J5, JobSignal::SetShipping), after_creating);
    let existing = [&[Creating][..], &after_creating].concat();
    assert_eq!(refused_in(Rule::J5, JobSignal::SetShippingIncomplete), existing);
    assert_eq!(refused_in(Rule::C1, JobSignal::CancelTooLate), existing);
    assert_eq!(
        refused_in(Rule::J21, JobSignal::Delete),
        [Shipping, Received, Transferring, Packaging, Closed]
    );
}

#[test]
fn c3_every_act_on_a_record_that_is_gone_is_not_found() {
    use JobSignal::*;
    for on in [Update, Delete, SetShipping, SetShippingIncomplete, Cancel] {
        assert_eq!(job_answers(JobState::Gone, false, on), [Answer::Refused { rule: Rule::C3 }], "{on}");
    }
}

#[test]
fn f3_while_faulted_a_change_of_the_job_waits_and_an_act_of_the_customer_does_not() {
    use JobSignal::*;
    use JobState::*;
    let cells = JobState::ALL.iter().flat_map(|base| JobSignal::ALL.iter().map(move |on| (*base, *on)));
    let waiting = cells.flat_map(|(base, on)| {
        let answers = job_answers(base, true, on).into_iter();
        answers.filter(|one| matches!(one, Answer::Waits { .. })).map(move |one| (base, on, one.rule()))
    });
    assert_eq!(
        waiting.collect::<Vec<_>>(),
        [
            (Creating, SetShipping, Rule::J5),
            (Shipping, AnswerCancel, Rule::J8),
            (Shipping, CancelDue, Rule::J8),
            (Shipping, AllReceived, Rule::J10),
            (Received, CopySkipped, Rule::J16),
            (Transferring, AllProcessed, Rule::J12),
            (Packaging, AllLeft, Rule::J14),
            (Packaging, LateDrive, Rule::J17),
        ]
    );
    for (base, on) in [
        (Creating, Update),
        (Creating, Delete),
        (Creating, Cancel),
        (Shipping, AnswerWait),
        (Shipping, Cancel),
    ] {
        assert_eq!(job_answers(base, true, on), job_answers(base, false, on), "{on} in {base}");
    }
}

#[test]
fn f3_while_faulted_no_timer_of_the_job_ends_and_no_copy_starts() {
    use JobSignal::*;
    for &base in JobState::ALL {
        for on in
            [CreatingExpired, ShippingOverdue, ResponseExpired, RetentionExpired, ProcessingBegun, Fault]
        {
            assert_eq!(job_answers(base, true, on), [], "{on} in {base}");
        }
    }
}

#[test]
fn f3_only_a_job_that_is_under_way_can_be_faulted() {
    use JobState::*;
    for base in [Absent, Completed, Closed, Gone, Faulted] {
        assert!(JobSignal::ALL.iter().all(|on| job_answers(base, true, *on).is_empty()), "{base}");
    }
}

#[test]
fn e1_e2_e4_f2_what_becomes_of_each_case() {
    use CaseKind::*;
    use CaseSignal::*;
    let page = [
        (Unannounced, Answer, CaseState::Answered, Remedy::Nothing, Rule::E1),
        (Unannounced, WindowExpired, CaseState::Open, Remedy::AttemptReturn, Rule::E1),
        (Unannounced, DestroyExpired, CaseState::GivenUp, Remedy::Destroy, Rule::E1),
        (NoRecord, Answer, CaseState::Answered, Remedy::NewJob, Rule::E1),
        (NoRecord, WindowExpired, CaseState::Open, Remedy::AttemptReturn, Rule::E1),
        (NoRecord, DestroyExpired, CaseState::GivenUp, Remedy::Destroy, Rule::E1),
        (MissingPackage, Answer, CaseState::Answered, Remedy::Nothing, Rule::E2),
        (MissingPackage, WindowExpired, CaseState::GivenUp, Remedy::Nothing, Rule::E2),
        (BadAddress, Answer, CaseState::Answered, Remedy::CorrectAddress, Rule::E4),
        (BadAddress, WindowExpired, CaseState::GivenUp, Remedy::DestroyOnHand, Rule::E4),
        (DriveFault, Answer, CaseState::Answered, Remedy::Nothing, Rule::F2),
        (DriveFault, WindowExpired, CaseState::GivenUp, Remedy::Nothing, Rule::F2),
        (JobFault, Answer, CaseState::Answered, Remedy::Nothing, Rule::F2),
        (JobFault, WindowExpired, CaseState::GivenUp, Remedy::Nothing, Rule::F2),
    ];
    let policy = documented();
    for (kind, on, to, remedy, rule) in page {
        let row = policy.case(kind, on).unwrap();
        assert_eq!((row.to, row.remedy, row.rule), (to, remedy, rule), "{kind} on {on}");
    }
    for kind in CaseKind::ALL {
        assert_eq!(policy.case(*kind, CauseGone).unwrap().to, CaseState::Settled);
    }
    let others = [MissingPackage, BadAddress, DriveFault, JobFault];
    assert!(others.iter().all(|kind| policy.case(*kind, DestroyExpired).is_none()));
    let tells = |kind, on| policy.case(kind, on).unwrap().tells;
    assert_eq!(tells(Unannounced, Answer), Tells::Job(JobSignal::SetShipping));
    assert_eq!(tells(MissingPackage, Answer), Tells::JobTheAnswer);
    assert_eq!(tells(DriveFault, Answer), Tells::Drive(DriveSignal::FaultSolved));
    assert_eq!(tells(DriveFault, WindowExpired), Tells::Drive(DriveSignal::FaultGivenUp));
    assert_eq!(tells(JobFault, Answer), Tells::Job(JobSignal::FaultSolved));
    assert_eq!(tells(JobFault, WindowExpired), Tells::Job(JobSignal::FaultGivenUp));
}

#[test]
fn d3_d6_e1_x1_what_becomes_of_a_drive_at_the_dock() {
    use JobState::*;
    use Listing::*;
    let (no_record, ended) = ([Absent, Creating, Gone], [Completed, Closed]);
    let under_way = [Shipping, Received, Transferring, Packaging];
    let shipped = [under_way.as_slice(), &ended].concat();
    for (bases, listing, expected) in [
        (no_record.as_slice(), Listing::ALL, (Treatment::Hold, Rule::E1)),
        (&under_way, &[Specified], (Treatment::Receive, Rule::D3)),
        (&under_way, &[NeverReceived], (Treatment::Receive, Rule::D6)),
        (&ended, &[Specified], (Treatment::SendBack, Rule::D3)),
        (&ended, &[NeverReceived], (Treatment::SendBack, Rule::D6)),
        (&shipped, &[Extra, Elsewhere], (Treatment::Extra, Rule::X1)),
    ] {
        for (&base, &listing) in bases.iter().flat_map(|base| listing.iter().map(move |one| (base, one))) {
            assert_eq!(treatment(base, listing), expected, "{listing} drive of a job in {base}");
        }
    }
    // E5 and E7 stand in the error table: which of them fire with X1.
    let errors = |base, listing| documented().arrival(base, listing).unwrap().errors;
    for base in [Shipping, Transferring] {
        assert_eq!(errors(base, Extra), [Rule::E5, Rule::E7]);
        assert_eq!(errors(base, Elsewhere), [Rule::E5]);
    }
    for base in [Received, Packaging, Completed, Closed] {
        assert_eq!(errors(base, Extra), [Rule::E7]);
        assert_eq!(errors(base, Elsewhere), []);
    }
}

#[test]
fn x2_a_drive_goes_to_the_job_that_waits_for_it() {
    use JobState::*;
    use Listing::*;
    for base in [Shipping, Received, Transferring, Packaging, Completed, Closed] {
        assert_eq!(listed_elsewhere(base, Specified), Some((Treatment::Route, Rule::X2)));
        assert_eq!(listed_elsewhere(base, NeverReceived), Some((Treatment::Route, Rule::X2)));
        assert_eq!(listed_elsewhere(base, Extra), None);
    }
    for base in [Absent, Creating, Gone] {
        assert_eq!(listed_elsewhere(base, Specified), None);
    }
}
