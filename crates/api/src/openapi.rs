//! `openapi.json`: every operation, and every frame of the socket as a schema.

use crate::http::Api;
use crate::ws::protocol;
use crate::{
    abuse, access, bargain, buyer, call, conversation, duty, escalation, goal, goods, guard, incident,
    metric, notice, order, phrase, policy, presence, routing, search, shop, suggest, worklog,
};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yingke",
        description = "The customer-service house of an online shop. Refusals are RFC 9457, times RFC 3339, ids opaque strings. The \
                       socket at `/ws` speaks `ClientFrame` and `ServerFrame`, one JSON object a text frame.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/")),
    components(schemas(
        protocol::ClientFrame, protocol::ServerFrame, protocol::MessageKind, protocol::Entry, protocol::Image, protocol::LiveState,
        protocol::Row, protocol::PresenceRow, protocol::ProblemBody,
        protocol::CardChoice, protocol::PageCard, protocol::FileRef, protocol::Voice, protocol::Card, protocol::Quote,
        protocol::PersonRef, protocol::Rating, protocol::BuyerPage, protocol::MentionRow
    )),
    tags(
        (name = "access", description = "Signing in, people, audit trail"),
        (name = "conversation", description = "Threads, entries, pictures"),
        (name = "presence", description = "States of the people"),
        (name = "routing", description = "Lines and seats"),
        (name = "metric", description = "Figures of the response clock"),
        (name = "search", description = "Finding anything"),
        (name = "buyer", description = "The widget, and who the buyers are"),
        (name = "order", description = "Orders of all platforms"),
        (name = "goods", description = "Goods of the shops"),
        (name = "shop", description = "Shops, their hours and texts"),
        (name = "bargain", description = "Prices: own authority, requests to the supervisor, the record"),
        (name = "abuse", description = "Harassing words: marks, blocked buyers, reports"),
        (name = "call", description = "Telephone calls with buyers"),
        (name = "guard", description = "Reading drafts before they are sent"),
        (name = "escalation", description = "Matters that were handed up, with their time"),
        (name = "incident", description = "What was found wrong: evidence, decisions, appeals"),
        (name = "goal", description = "Goals of the day: set, split, and where they stand"),
        (name = "notice", description = "Notices to the team: posted, confirmed, corrected, withdrawn"),
        (name = "worklog", description = "The work log: problems, causes, how they were solved"),
        (name = "duty", description = "The lists of the day: lines, ticks, earlier days"),
        (name = "phrase", description = "Quick phrases"),
        (name = "suggest", description = "Suggested answers"),
        (name = "policy", description = "The figures of the rules, by date")
    )
)]
struct Document;

/// Every operation of `/api/v1` and `/files` with its description.
pub(crate) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(access::inspect_link::inspect_link))
        .routes(routes!(access::use_link::use_link))
        .routes(routes!(access::sign_in::sign_in))
        .routes(routes!(access::scan::begin_scan))
        .routes(routes!(access::scan::wait_scan))
        .routes(routes!(access::scan::inspect_scan))
        .routes(routes!(access::scan::answer_scan))
        .routes(routes!(access::sign_out::sign_out))
        .routes(routes!(access::me::me))
        .routes(routes!(access::people::list_people, access::invite::invite))
        .routes(routes!(access::change_person::change_person))
        .routes(routes!(access::new_link::new_link))
        .routes(routes!(
            access::bind_account::bind_account,
            access::unbind_account::unbind_account
        ))
        .routes(routes!(access::security::security))
        .routes(routes!(access::end_own_sessions::end_own_sessions))
        .routes(routes!(
            access::sessions::sessions,
            access::end_sessions::end_sessions
        ))
        .routes(routes!(access::change_password::change_password))
        .routes(routes!(access::enrol_totp::enrol_totp))
        .routes(routes!(access::confirm_totp::confirm_totp))
        .routes(routes!(access::totp_off::totp_off))
        .routes(routes!(access::recovery_codes::recovery_codes))
        .routes(routes!(access::reset_totp::reset_totp))
        .routes(routes!(access::audit::audit))
        .routes(routes!(access::take_audit::take_audit))
        .routes(routes!(conversation::threads::list_threads))
        .routes(routes!(conversation::thread::get_thread))
        .routes(routes!(conversation::entries::list_entries))
        .routes(routes!(conversation::take::take))
        .routes(routes!(conversation::transfer::transfer))
        .routes(routes!(conversation::close::close))
        .routes(routes!(conversation::waive::waive))
        .routes(routes!(conversation::recall::recall))
        .routes(routes!(conversation::note::write_note))
        .routes(routes!(conversation::ask_rating::ask_rating))
        .routes(routes!(conversation::mark_unread::mark_unread))
        .routes(routes!(conversation::set_stage::set_stage))
        .routes(routes!(conversation::reopen::reopen))
        .routes(routes!(conversation::offers::list_offers))
        .routes(routes!(conversation::mentions::list_mentions))
        .routes(routes!(conversation::mentions_seen::mentions_seen))
        .routes(routes!(conversation::open_file::open_file))
        .routes(routes!(presence::set_state::set_state))
        .routes(routes!(presence::people::list_colleagues))
        .routes(routes!(presence::hand_over::hand_over))
        .routes(routes!(presence::handovers::list_handovers))
        .routes(routes!(presence::handover_seen::handover_seen))
        .routes(routes!(routing::lines::list_lines))
        .routes(routes!(routing::pairs::list_pairs))
        .routes(routes!(routing::see_pair::see_pair))
        .routes(routes!(routing::put_seats::put_seats))
        .routes(routes!(metric::performance::performance))
        .routes(routes!(metric::turns::list_turns))
        .routes(routes!(metric::sheet::sheet))
        .routes(routes!(metric::export::export_figures))
        .routes(routes!(search::find::find))
        .routes(routes!(buyer::hello::hello))
        .routes(routes!(buyer::own_orders::list_own_orders))
        .routes(routes!(buyer::tags::list_tags))
        .routes(routes!(buyer::get::get_buyer, buyer::change::change_buyer))
        .routes(routes!(buyer::put_tag::put_tag, buyer::delete_tag::delete_tag))
        .routes(routes!(buyer::orders::list_buyer_orders))
        .routes(routes!(buyer::conversations::list_buyer_conversations))
        .routes(routes!(buyer::reveal::reveal_buyer))
        .routes(routes!(buyer::export::export_buyer))
        .routes(routes!(buyer::erase::erase_buyer))
        .routes(routes!(order::list::list_orders))
        .routes(routes!(order::get::get_order))
        .routes(routes!(order::reveal::reveal_order))
        .routes(routes!(goods::list::list_products))
        .routes(routes!(goods::get::get_product, goods::change::change_product))
        .routes(routes!(goods::remove_picture::remove_picture))
        .routes(routes!(goods::categories::list_categories))
        .routes(routes!(goods::shelf::list_shelf))
        .routes(routes!(goods::picture::open_picture))
        .routes(routes!(shop::list::list_shops, shop::create::create_shop))
        .routes(routes!(shop::get::get_shop, shop::change::change_shop))
        .routes(routes!(shop::key::show_key))
        .routes(routes!(shop::rotate_key::rotate_key))
        .routes(routes!(shop::members::list_members))
        .routes(routes!(shop::set_member::set_member))
        .routes(routes!(shop::open_now::open_now))
        .routes(routes!(shop::calendar::public_calendar))
        .routes(routes!(bargain::board::bargain_board))
        .routes(routes!(bargain::concede::concede))
        .routes(routes!(bargain::ask::ask_price))
        .routes(routes!(bargain::requests::open_requests))
        .routes(routes!(bargain::withdraw::withdraw_request))
        .routes(routes!(bargain::answer::answer_request))
        .routes(routes!(bargain::take::take_request))
        .routes(routes!(bargain::step::try_step))
        .routes(routes!(bargain::report::bargain_report))
        .routes(routes!(bargain::export::export_given))
        .routes(routes!(
            worklog::list::worklog_entries,
            worklog::write::write_worklog
        ))
        .routes(routes!(worklog::show::show_worklog, worklog::edit::edit_worklog))
        .routes(routes!(worklog::tags::worklog_tags))
        .routes(routes!(worklog::export::export_worklog))
        .routes(routes!(duty::list::duty_list))
        .routes(routes!(duty::more::duty_lines))
        .routes(routes!(duty::tick::duty_tick))
        .routes(routes!(duty::group::duty_group))
        .routes(routes!(duty::found::duty_found))
        .routes(routes!(duty::undo::duty_undo))
        .routes(routes!(duty::own::duty_own, duty::set_own::set_duty_own))
        .routes(routes!(duty::summary::duty_summary))
        .routes(routes!(duty::days::duty_days))
        .routes(routes!(abuse::thread::abuse_board))
        .routes(routes!(abuse::mark::mark_words))
        .routes(routes!(abuse::marks::list_marks))
        .routes(routes!(abuse::decide::decide_mark))
        .routes(routes!(abuse::block::block_buyer))
        .routes(routes!(abuse::blocks::list_blocks))
        .routes(routes!(abuse::lift::lift_block))
        .routes(routes!(abuse::report::report_words))
        .routes(routes!(abuse::reports::list_reports))
        .routes(routes!(abuse::change_report::change_report))
        .routes(routes!(abuse::evidence::evidence_of))
        .routes(routes!(call::list::list_calls, call::log::log_call))
        .routes(routes!(call::change::change_call))
        .routes(routes!(call::confirm::confirm_call))
        .routes(routes!(call::open::open_calls))
        .routes(routes!(call::thread::calls_of_thread))
        .routes(routes!(call::export::export_calls))
        .routes(routes!(guard::read::read_draft))
        .routes(routes!(guard::words::guard_words, guard::words::put_guard_words))
        .routes(routes!(guard::words::remove_guard_words))
        .routes(routes!(guard::words::import_guard_words))
        .routes(routes!(guard::words::export_guard_words))
        .routes(routes!(escalation::list::list_escalations))
        .routes(routes!(incident::list::incidents))
        .routes(routes!(incident::evidence::incident_evidence))
        .routes(routes!(incident::decide::decide_incidents))
        .routes(routes!(incident::appeal::appeal_incident))
        .routes(routes!(goal::list::goals))
        .routes(routes!(goal::set::set_goals))
        .routes(routes!(goal::today::goals_today))
        // Notices to the team.
        .routes(routes!(notice::list::notices))
        .routes(routes!(notice::post::post_notice))
        .routes(routes!(notice::show::show_notice))
        .routes(routes!(notice::correct::correct_notice))
        .routes(routes!(notice::withdraw::withdraw_notice))
        .routes(routes!(notice::confirm::confirm_notice))
        .routes(routes!(notice::remind::remind_notice))
        .routes(routes!(policy::overview::policy))
        .routes(routes!(policy::adopt::adopt_policy))
        .routes(routes!(policy::withdraw::withdraw_policy))
        .routes(routes!(policy::preview::preview_policy))
        .routes(routes!(phrase::sets::list_sets))
        .routes(routes!(phrase::list::list_phrases, phrase::create::create_phrase))
        .routes(routes!(
            phrase::change::change_phrase,
            phrase::remove::remove_phrase
        ))
        .routes(routes!(phrase::find::find_phrases))
        .routes(routes!(phrase::facts::phrase_facts))
        .routes(routes!(phrase::move_to::move_phrases))
        .routes(routes!(phrase::remove_many::remove_phrases))
        .routes(routes!(phrase::removed::list_removed))
        .routes(routes!(phrase::restore::restore_phrases))
        .routes(routes!(phrase::rename_group::rename_group))
        .routes(routes!(phrase::export::export_phrases))
        .routes(routes!(phrase::picture::open_phrase_picture))
        .routes(routes!(phrase::put_stock::put_stock))
        .routes(routes!(phrase::record_use::use_phrase))
        .routes(routes!(phrase::uses::list_uses))
        .routes(routes!(phrase::figures::phrase_figures))
        .routes(routes!(suggest::answers::suggest_answers))
}

/// The operations with a larger body.
pub(crate) fn uploads() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(conversation::upload::upload))
        .routes(routes!(goods::set_picture::set_picture))
        .routes(routes!(phrase::import::import_phrases))
}

/// The text of `openapi.json`, pretty-printed, with a line feed at the end.
///
/// # Errors
/// When the document cannot be written as JSON, which would be a fault of this crate.
pub fn document() -> serde_json::Result<String> {
    let (_, api) = operations().merge(uploads()).split_for_parts();
    // The map of `Value` keeps the order of the document, which is alphabetic: a stable file.
    let mut text = serde_json::to_string_pretty(&api)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_file_in_the_repository_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(
            written == document().unwrap(),
            "openapi.json is stale: run `cargo xtask gen`"
        );
    }

    #[test]
    fn every_frame_is_a_schema_and_every_operation_has_a_name_of_its_own() {
        let document: serde_json::Value = serde_json::from_str(&document().unwrap()).unwrap();
        for name in [
            "ClientFrame",
            "ServerFrame",
            "Entry",
            "Row",
            "LiveState",
            "PresenceRow",
            "ProblemBody",
        ] {
            assert!(
                document["components"]["schemas"][name].is_object(),
                "{name} is missing"
            );
        }
        let mut names = std::collections::BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                assert!(
                    names.insert(name),
                    "{method} {path} has the name of another operation"
                );
                assert!(
                    operation["responses"]["default"].is_object(),
                    "{method} {path} names no refusals"
                );
            }
        }
    }
}
