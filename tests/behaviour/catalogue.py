"""What Next.js users know of Server Actions, row by row, and what became of it here.

A row is shown by tests, differs on purpose (with the reason, and tests of what happens instead), or waits for a part
of Wingbeat that is still to come. `tests/docs/test_nextjs_behaviour.py` checks that every test named here exists;
`table.py` writes `docs/reference/nextjs-behaviour.md` from it.

Rows keep their number for good. The ones missing from 1 to 191 were other spellings of a neighbour (the same without
JavaScript, on another runtime, in another bundler); P rows are what was measured on a running Next.js 16.4.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CATALOGUE", "Row"]

# What a row may wait for.
TSX = "client components written in TSX"
CACHE = "the cache"
NAVIGATION = "parallel and intercepted routes"


@dataclass(frozen=True)
class Row:
    """One behaviour: its number, what a Next.js user would say of it, and what holds here."""

    number: str
    behaviour: str
    tests: tuple[str, ...] = ()
    difference: str = ""
    waits_for: str = ""

    @property
    def status(self) -> str:
        return "waits" if self.waits_for else "differs" if self.difference else "shown"


def shown(number: int | str, behaviour: str, *tests: str) -> Row:
    return Row(str(number), behaviour, tests)


def differs(number: int | str, behaviour: str, difference: str, *tests: str) -> Row:
    return Row(str(number), behaviour, tests, difference=difference)


def waits(number: int | str, behaviour: str, waits_for: str, *tests: str) -> Row:
    """Return a row that waits; `tests` show the part of it that holds already."""
    return Row(str(number), behaviour, tests, waits_for=waits_for)


EDGE = "There is no second runtime to deploy to: a page chooses the event loop or a thread, with the same results."
NO_BUNDLE = "Server code is not bundled: an app's libraries are imported by Python."

CALLS = [
    shown(
        1,
        "Buttons bound to actions of a module change a number, press by press",
        "test_each_press_of_a_button_counts",
    ),
    differs(2, "The same on the edge runtime", EDGE, "test_each_press_of_a_button_counts"),
    shown(3, "A page whose query is not ASCII takes calls", "test_each_press_of_a_button_counts"),
    waits(4, "A prerendered page takes calls", CACHE),
    shown(
        5,
        "A page that middleware rewrites to takes calls",
        "test_an_action_of_a_page_that_a_rewrite_shows",
    ),
    shown(
        6,
        "An inline action is handed to a client component as a prop and called there",
        "test_a_call_is_one_post_and_no_navigation",
        "test_the_action_is_handed_over_where_the_form_is_written",
    ),
    waits(8, "A client component imports named and default actions", TSX),
    waits(9, "One module of actions serves server and client components and keeps its state", TSX),
    differs(
        10,
        "An action that went to the browser and back is the same object",
        "What comes from a browser is a value to be checked, never a function: an opaque reference.",
        "test_i18_a_reference_from_a_client_is_no_way_to_a_token",
        "test_an_action_is_a_reference_with_its_arguments",
    ),
    shown(
        11,
        "Quick presses are as many requests, one after the other, pending until the last",
        "test_calls_of_one_lane_run_in_order",
        "test_calls_of_a_module_wait_for_each_other_unless_they_are_parallel",
    ),
    shown(
        12,
        "A form that redirected is sent once when its user comes back and sends it again",
        "test_a_form_redirects_to_what_was_typed",
    ),
    waits(13, "A component that loads in the browser only calls an action", TSX),
    waits(
        14,
        "A result holds an element of a client component, which then works",
        TSX,
        "test_elements_and_promises_are_values",
    ),
    waits(15, "The same, where a client component imported the action (does not work in Next.js)", TSX),
    differs(
        17,
        "A call with 1001 arguments is refused before anything runs",
        "At most 255, and the refusal is 400: no call from a page needs more.",
        "test_a_call_of_too_many_arguments_is_refused_before_it_runs",
    ),
    shown(
        18,
        "As an event handler an action gets the arguments it declares, not the event",
        "test_an_action_as_event_handler_does_not_send_the_event",
        "test_only_the_arguments_that_the_function_takes_are_sent",
    ),
    shown(
        19,
        "What only the browser can hold passes through an action and is the same object again",
        "test_what_only_the_browser_can_hold_comes_back_as_itself",
    ),
    waits(20, "Arguments arrive with component caching switched on", CACHE),
    differs(
        21,
        "Where the older router imports a module of actions, they are ordinary local functions",
        "There is one router. In Python, calling an action is an ordinary call.",
        "test_calling_an_action_in_python_runs_it_as_written",
    ),
    differs(22, "A library that an action uses is bundled on the layer of actions", NO_BUNDLE),
]

FORMS = [
    shown(24, "A form's fields, hidden ones too, arrive", "test_a_form_redirects_to_what_was_typed"),
    shown(
        25,
        "Without JavaScript it leads to the same URL, with 303",
        "test_a_form_redirects_to_what_was_typed",
        "test_h07_the_same_target_with_and_without_javascript",
    ),
    shown(
        27,
        "An action reads which page it was sent from",
        "test_an_action_reads_the_headers_of_its_request",
    ),
    shown(
        28,
        "One form sets a cookie, the next reads it, without JavaScript",
        "test_one_action_sets_a_cookie_and_the_next_reads_it",
    ),
    shown(29, "A file's name in another script arrives", "test_a_file_keeps_its_name_in_any_script"),
    shown(
        30,
        "A plain form that posts to a route is left alone, and nothing is logged of it",
        "test_a_form_that_posts_to_a_route_is_none_of_ours",
    ),
    shown(
        32,
        "A form whose action redirects to its own page starts afresh",
        "test_a_form_whose_action_redirects_to_its_own_page_starts_afresh",
    ),
    shown(
        33,
        "and needs no further request",
        "test_a_redirect_with_its_tree_takes_no_second_request",
    ),
    differs(
        34,
        "The router's own form component takes an action as React's does",
        "There is no such component: `h.form` takes actions, and a plain GET form navigates as a link does.",
        "test_each_press_of_a_button_counts",
        "test_a_form_that_asks_goes_where_the_browser_would_without_loading_a_document",
    ),
]

FORM_STATE = [
    shown(
        35,
        "What an action returns is the next state of its form",
        "test_a_form_shows_its_state_and_that_it_is_under_way",
        "test_what_the_action_returns_is_the_state_of_its_form",
    ),
    shown(
        37,
        "A form that was sent before the script came has its state, and hydrates without a word",
        "test_a_form_posted_before_the_runtime_came_is_taken_over_in_silence",
        "test_form_state_of_a_native_post_is_taken_over",
    ),
    waits(38, "The permalink of a form's state may be another page", TSX),
    waits(39, "A cached function as a form's action gives the cached state", CACHE),
    shown(40, "All of it behind middleware", "test_form_state_survives_middleware"),
]

BOUND = [
    shown(41, "A bound argument and a number typed in", "test_a_bound_argument_comes_before_the_form"),
    shown(
        43,
        "What is captured, then what is bound, then what is sent",
        "test_captured_then_bound_then_sent",
        "test_chained_partials_bind_by_position_and_by_name",
        "test_d17_what_is_bound_comes_first_and_extra_arguments_are_refused",
    ),
    waits(44, "A page with bound actions can be prerendered", CACHE),
    waits(45, "and shows no error in development", CACHE, "test_fifty_bound_forms_hydrate_in_silence"),
]

REDIRECTS = [
    shown(
        46,
        "A redirect with a cookie shows its target, and Back leads to where it began",
        "test_a_redirect_is_an_entry_of_the_history",
    ),
    shown(47, "It may replace the entry instead", "test_a_redirect_may_replace_the_entry"),
    differs(49, "The same on the edge runtime", EDGE, "test_a_redirect_is_an_entry_of_the_history"),
    differs(
        50,
        "A redirect to another site leaves the app",
        "It does where `external=True` says so; without it, it is an error (open redirects).",
        "test_an_external_redirect_is_the_address_alone",
        "test_a_redirect_to_another_site_leaves",
        "test_h01_h02_h03_a_redirect_that_would_leave_is_an_error",
    ),
    shown(
        51,
        "A redirect to what is no page loads a document",
        "test_a_redirect_to_a_route_loads_its_document",
        "test_a_target_that_shows_no_page_is_left_to_the_browser",
    ),
    shown(
        52,
        "The target reads the query of the redirect",
        "test_a_redirect_is_an_entry_of_the_history",
    ),
    shown(
        53,
        "The target sees cookies that were set and deleted",
        "test_h16_the_target_of_a_redirect_sees_the_cookies_that_were_set_and_deleted",
    ),
    shown(
        54,
        "Middleware does not take the request for the target for a call",
        "test_the_target_of_a_redirect_is_asked_for_without_the_action",
    ),
    shown(
        55,
        "A route answers a posted form with a redirect: 303, and one POST",
        "test_a_redirect_repeats_no_form",
        "test_a_form_that_posts_to_a_route_is_none_of_ours",
    ),
    differs(
        56,
        "307 repeats a post to a page, which is then shown",
        "A post that names no action is refused (400): only a GET shows a page.",
        "test_a_post_that_a_route_sends_on_to_a_page_is_no_call",
    ),
    shown(
        58,
        "From the root, relative and absolute redirects lead to one page",
        "test_h04_h08_where_a_redirect_leads",
    ),
    shown(
        59,
        "A relative redirect takes the page for a folder",
        "test_a_relative_redirect_takes_the_page_for_a_folder",
    ),
    shown(
        60,
        "An absolute one starts at the root",
        "test_a_relative_redirect_takes_the_page_for_a_folder",
    ),
    shown(
        61,
        "One that climbs keeps the document",
        "test_a_relative_redirect_takes_the_page_for_a_folder",
    ),
    shown(
        62,
        "An action of a rewritten page redirects",
        "test_an_action_of_a_page_that_a_rewrite_shows",
    ),
    shown(
        63,
        "A redirect to a page of another root layout",
        "test_a_redirect_to_another_root_layout",
    ),
    differs(
        64,
        "A call that is forwarded to another bundle redirects",
        "Nothing is forwarded: every process runs every action.",
        "test_a_page_of_one_process_calls_another",
    ),
    waits(65, "A redirect out of a slot closes its dialog", NAVIGATION),
    shown(
        66,
        "After a redirect the target is not asked for again",
        "test_a_redirect_with_its_tree_takes_no_second_request",
    ),
    shown(
        67,
        "After a redirect a later action refreshes the page that is shown",
        "test_after_a_redirect_it_is_the_new_page_that_is_refreshed",
    ),
    differs(
        68,
        "Below a mount point redirects stay there, with one request",
        "They stay there. An app that another one mounts leaves the target to the browser, which asks once more: so "
        "whoever guards it from outside is asked too.",
        "test_everything_respects_the_mount_point",
        "test_actions_of_a_mounted_app",
        "test_an_app_that_may_be_guarded_from_outside_leaves_the_target_to_the_browser",
    ),
    differs(
        69,
        "An absolute URL of this host, outside the mount point, is another site",
        "Every absolute URL needs `external=True`: a header must not decide what is ours.",
        "test_h05_no_host_that_a_client_names_gets_into_a_redirect",
        "test_an_external_redirect_is_the_address_alone",
    ),
]

COOKIES = [
    shown(71, "An action reads the user agent", "test_an_action_reads_the_headers_of_its_request"),
    shown(
        72,
        "A cookie that an action sets is read by the action and by the page after it",
        "test_what_an_action_reads_and_writes_is_what_it_reads_next",
        "test_a_changed_cookie_is_a_change_and_an_equal_one_is_none",
    ),
    shown(
        73,
        "A call asks for a payload; a cookie keeps its age",
        "test_an_action_reads_the_headers_of_its_request",
        "test_one_action_sets_a_cookie_and_the_next_reads_it",
    ),
    differs(74, "Cookies and headers on the edge runtime", EDGE, "test_each_press_of_a_button_counts"),
    shown(
        75,
        "Cookies of a route: those of its own response count",
        "test_cookies_are_set_and_the_responses_own_come_last",
    ),
    shown(
        76,
        "A page that shows a cookie is rendered anew when an action changes it",
        "test_a_changed_cookie_is_a_change_and_an_equal_one_is_none",
        "test_a_preference_is_kept_in_a_cookie",
    ),
    shown(78, "and so is every other page", "test_a_changed_cookie_shows_on_every_page"),
    waits(79, "Draft mode goes past the cache", CACHE),
    waits(80, "A cached function may not read cookies in draft mode", CACHE),
    shown(
        81,
        "A cookie after the answer is an error in the log; the action's own stays",
        "test_a_cookie_after_the_answer_is_an_error_and_the_actions_own_stays",
    ),
]

REVALIDATION = [
    waits(82, "Of three fetches, a path's invalidation changes all", CACHE),
    waits(83, "and a tag's those with the tag", CACHE),
    waits(84, "A tag is invalidated and the action redirects back", CACHE),
    waits(86, "Another page that uses the tag shows the same new value", CACHE),
    waits(87, "An action that redirects may invalidate what the browser remembers", CACHE),
    waits(88, "Invalidation and a navigation from one handler", TSX),
    shown(89, "`refresh()` renders the page anew", "test_refresh_renders_the_page_anew"),
    waits(91, "A tagged fetch changes when its tag is invalidated, and not by a reload", CACHE),
    shown(
        92,
        "Invalidating while rendering is an error that names the line",
        "test_while_rendering_nothing_is_invalidated",
    ),
    waits(93, "Invalidating in a cached function is an error", CACHE),
    waits(94, "Of several cached functions exactly the tagged ones change", CACHE),
    waits(95, "A tag is invalidated, and the target of the redirect is fresh", CACHE),
    waits(96, "Within an action, a read after an invalidation is fresh", CACHE),
    waits(97, "A cached function inside another", CACHE),
    waits(98, "A form's action invalidates a cached time", CACHE),
    waits(99, "A client component calls cached functions of a module", CACHE),
    waits(100, "and those it got as props", CACHE),
    waits(101, "An action inside a cached component", CACHE),
    waits(102, "Cached methods as actions of forms", CACHE),
    waits(104, "A fetch in an action that asks to be cached is", CACHE),
    waits(105, "and one that says for how long", CACHE),
    shown(
        106,
        "After a path's invalidation links are prefetched again",
        "test_links_in_view_are_prefetched_again_after_a_change",
        "test_what_was_prefetched_before_a_change_is_not_shown",
    ),
    shown(107, "and after a tag's", "test_links_in_view_are_prefetched_again_after_a_change"),
    waits(108, "A dialog in an intercepted slot adds to the page behind it", NAVIGATION),
    waits(109, "Of two slots one invalidates: all are refreshed, one closes", NAVIGATION),
    waits(110, "An intercepted route and its slot are refreshed, the query kept", NAVIGATION),
    waits(111, "A prerendered page shows fresh data, not what it was resumed from", CACHE),
    waits(112, "Of a rewritten page the destination is invalidated", CACHE),
    shown(113, "`update_tag()` is for actions, not for routes", "test_a_tag_is_updated_by_actions_alone"),
    differs(
        114,
        "`revalidate_tag()` with one argument warns",
        "One argument is all it takes.",
        "test_what_was_invalidated_comes_anew",
    ),
]

ERRORS = [
    shown(
        115,
        "`not_found()` shows its page and keeps robots away",
        "test_not_found_shows_its_page_and_keeps_robots_away",
    ),
    shown(
        117,
        "What a wrapper of an action raises is told in development and masked in production",
        "test_a_wrapped_action_fails_and_works_as_its_wrapper_says",
    ),
    shown(
        118,
        "and the same action works once the wrapper lets it",
        "test_a_wrapped_action_fails_and_works_as_its_wrapper_says",
    ),
    differs(
        119,
        "The same on the edge runtime",
        EDGE,
        "test_a_wrapped_action_fails_and_works_as_its_wrapper_says",
    ),
    waits(120, "A client component's value used on the server is an error", TSX),
    shown(
        121,
        "What a proxy says in plain text is the message of the error boundary",
        "test_a_refusal_in_plain_text_is_the_error",
    ),
    shown(
        123,
        "Without a network the call fails where it was made, and the page goes on",
        "test_a_server_that_is_gone_is_an_error",
        "test_a_failed_call_lets_the_next_one_of_its_lane_go",
    ),
    shown(
        124,
        "What an action raises can be caught where it was called",
        "test_a_failing_action_rejects_with_its_digest",
    ),
    differs(
        125,
        "A hook of the app hears of each failing call",
        "The log does: one record of the exception, with its digest and traceback.",
        "test_k01_an_exception_is_a_digest_in_production",
        "test_each_refusal_and_failure_is_one_line_of_log",
    ),
    differs(
        126,
        "and of each failing form",
        "As above.",
        "test_an_exception_of_a_form_is_an_error_page",
        "test_each_refusal_and_failure_is_one_line_of_log",
    ),
    differs(
        127,
        "What the hook puts off is waited for",
        "There is no hook; what `after()` was given runs however the action ended.",
        "test_it_runs_however_the_action_ended",
    ),
    shown(
        128,
        "A stray post to a missing page is refused without a trace of ours",
        "test_a_post_to_no_page_is_refused_in_silence",
    ),
    differs(
        129,
        "An action of another build: an error of its own in the boundary, no 404 page",
        "The status is 404 with a marker, and the message offers to reload.",
        "test_a_form_of_another_build_says_that_the_page_is_out_of_date",
        "test_d20_a_page_of_an_older_deploy_offers_to_reload",
    ),
    differs(
        130,
        "The same without JavaScript",
        "404, or 409 where a capture is stale, with a page that says what to do.",
        "test_e06_a_form_with_an_unknown_action_renders_no_page",
    ),
    differs(
        131,
        "Malformed ids and names such as `toString` are refused and logged safely",
        "All unknown ids are alike: 404.",
        "test_d03_an_unknown_action_is_refused_unread",
        "test_d03_the_log_has_an_unknown_action_escaped_and_cut",
        "test_a_post_to_no_page_is_refused_in_silence",
    ),
    differs(
        132,
        "An app without actions refuses every call",
        "With 404 and the marker, as any unknown action.",
        "test_an_app_without_actions_has_none_to_call",
    ),
    shown(
        133,
        "In development each call is a line of the log",
        "test_a_call_is_one_line_for_the_developer",
        "test_a_long_call_is_cut",
        "test_the_line_says_how_a_call_ended",
    ),
    differs(
        134,
        "Not in production",
        "In production the line is of level INFO and holds no value.",
        "test_k10_the_line_of_production_holds_no_value",
    ),
]

DIRECTIVES = [
    differs(
        135,
        "A constant in a module of actions is an error",
        "It is no action and cannot be called; Python modules hold constants.",
        "test_d15_objects_of_an_actions_module_are_no_actions",
    ),
    differs(
        136,
        "A sync function in a module of actions is an error",
        "Sync functions are actions too, and run in a thread.",
        "test_a_sync_action_runs_in_a_thread_and_an_async_one_does_not",
    ),
    differs(
        137,
        "Classes and re-exports in a module of actions are errors",
        "Only functions defined there are actions; classes and imports are not reachable.",
        "test_d04_helpers_classes_and_imports_of_the_module_have_no_id",
    ),
    differs(
        138,
        "A sync inline action is an error",
        "As 136.",
        "test_sync_actions_and_pages_run_in_threads",
    ),
    shown(139, "An inline action in a client module is an error that says what to do", "test_mistake"),
    differs(
        140,
        "`this`, `super` and `arguments` are errors in an action",
        "Python has none of them; `nonlocal` is what an action cannot do here.",
        "test_mistake",
    ),
    differs(
        141,
        "A method as an action is an error, a static one is not",
        "Both are errors: an action is a function.",
        "test_mistake",
    ),
    shown(142, "A directive below other statements is an error", "test_mistake"),
    differs(
        143,
        "A directive in parentheses is an error",
        "A docstring in parentheses is the same docstring.",
        "test_directive",
    ),
    shown(144, "A misspelled directive is an error that names the right one", "test_mistake"),
    shown(145, "Two directives are an error", "test_mistake"),
    waits(146, "Unknown kinds of caching are errors", CACHE),
    shown(
        147,
        "A decorator that makes no function of an action is an error at start",
        "test_a_decorator_that_makes_no_function_of_an_action_is_refused",
    ),
    differs(148, "A static export with actions is an error", "There is no static export."),
    differs(149, "Actions need a flag (long ago)", "They never did here."),
    differs(
        150,
        "Actions that nothing uses are left out of the build",
        "They are printed; leaving them out is a setting.",
        "test_an_action_that_nothing_names_is_unused",
        "test_d05_unused_actions_are_dropped_on_request",
    ),
    shown(
        151,
        "An action that only a script names is kept",
        "test_an_action_that_a_script_names_is_used",
    ),
    waits(152, "Each route's bundle names the actions it uses and no others", TSX),
    differs(
        153,
        "Ids survive a second build, and change with the key or a cleared cache",
        "Each build has a key of its own unless the environment gives one: an id works for its build only.",
        "test_every_build_has_a_key_of_its_own",
        "test_ids_are_stable_for_a_key_and_different_for_another",
    ),
    shown(
        154,
        "The build's manifest says each action's name and file",
        "test_the_manifest_says_what_was_built",
    ),
]

SECURITY = [
    shown(
        156,
        "A closure may hold another action and an element",
        "test_closure",
        "test_an_element_of_a_component_and_a_fragment_come_back",
    ),
    shown(157, "What browsers can load holds no source", "test_d06_the_runtime_holds_nothing_of_the_app"),
    shown(158, "An allowed origin may have a port", "test_f27_allowed_origins_match_by_nexts_rule"),
    differs(
        160,
        "A sandboxed frame may call where `null` is listed",
        "`null` is anybody's, and never trusted.",
        "test_f04_an_opaque_origin_is_nobody",
        "test_f05_a_sandboxed_frame_is_another_site",
    ),
    differs(
        161,
        "Otherwise it is refused with 500",
        "403.",
        "test_a_form_in_a_sandboxed_frame_is_refused",
        "test_f05_a_sandboxed_frame_is_another_site",
    ),
    shown(162, "A listed origin is compared without case", "test_f27_allowed_origins_match_by_nexts_rule"),
    shown(
        163,
        "and so is the host",
        "test_f19_an_origin_may_be_spelled_in_two_ways",
        "test_a_forwarded_host_is_compared_without_case",
    ),
    shown(
        164,
        "An `Origin` that is no URL is a refusal, not a failure",
        "test_an_origin_that_is_no_url_is_refused_and_the_app_goes_on",
        "test_f19_an_origin_that_is_almost_ours_is_none",
    ),
    shown(165, "Wildcards are labels", "test_f27_allowed_origins_match_by_nexts_rule"),
    differs(
        166,
        "Of several forwarded hosts the first counts",
        "Several are refused: the proxy must overwrite what a client sent.",
        "test_f11_what_a_proxy_appends_or_garbles_is_malformed",
    ),
    differs(
        167,
        "A forwarded host decides whether an origin is ours",
        "It does from a trusted proxy only.",
        "test_f10_a_trusted_proxy_says_who_we_are",
        "test_f10_d09_nobody_else_says_who_we_are",
    ),
]

NAVIGATING = [
    shown(
        168,
        "A link does not wait for a slow action",
        "test_a_slow_action_does_not_hold_a_navigation_up",
        "test_a_page_that_nothing_invalidated_stays_when_the_action_ends",
    ),
    shown(
        170,
        "An action that ends elsewhere leaves the new page alone",
        "test_a_page_that_nothing_invalidated_stays_when_the_action_ends",
        "test_a_tree_of_the_page_that_was_left_is_never_shown",
    ),
    shown(
        171,
        "unless it invalidated: then the new page is fetched again",
        "test_a_page_is_fetched_again_when_an_action_elsewhere_invalidates",
    ),
    waits(173, "An action of an intercepted dialog and that of its page do not mix", NAVIGATION),
    shown(
        174,
        "A form reached through a redirect is pending, then done",
        "test_a_form_is_pending_and_then_done_however_its_page_was_reached",
    ),
    shown(
        175,
        "and one reached by a relative link",
        "test_a_form_is_pending_and_then_done_however_its_page_was_reached",
    ),
    waits(176, "A refresh keeps what is intercepted", NAVIGATION),
    shown(
        177,
        "A navigation without a network goes on when it is back (experimental)",
        "test_offline_the_page_stays_and_the_next_one_comes_when_the_connection_is_back",
    ),
    shown(
        178,
        "Of two calls that wait in line the second runs though its page was left",
        "test_a_call_that_waits_for_its_turn_runs_after_its_page_was_left",
    ),
]

STREAMS_AND_SIZES = [
    shown(
        179,
        "A result streams: its first pieces are there before the last",
        "test_a_streamed_result_arrives_piece_by_piece",
        "test_a_streamed_value_arrives_piece_by_piece",
    ),
    shown(
        180,
        "Promises and async iterables in a result settle one by one",
        "test_promises_in_a_result_wait_side_by_side",
        "test_a_streamed_value_arrives_piece_by_piece",
    ),
    differs(
        182,
        "A text over the limit is refused with 500 and does not run",
        "413.",
        "test_the_body_limit_is_a_setting",
        "test_c02_a_body_that_grows_past_the_limit_is_left_there",
    ),
    shown(183, "A form below the limit runs", "test_c01_an_action_takes_what_its_module_allows"),
    shown(184, "and so does one exactly at it", "test_a_body_may_have_exactly_the_limit"),
    differs(
        185,
        "A form over it is refused with 500",
        "413.",
        "test_c02_another_page_does_not_take_it",
        "test_c02_an_action_s_own_limit_holds_before_it_runs",
    ),
    shown(
        186,
        "A limit that is no size is an error at start",
        "test_a_module_s_limit_that_is_no_size_is_an_error_at_start",
        "test_a_bad_value_names_its_setting_and_source",
    ),
    shown(
        187,
        "All of it behind middleware",
        "test_c01_the_action_s_own_limit_holds_before_any_middleware",
    ),
    shown(
        188,
        "A long call whose last piece comes late arrives whole through middleware",
        "test_a_long_payload_arrives_whole_through_middleware",
    ),
]

AFTERWARDS = [
    shown(
        189,
        "`after()` runs when the answer has been sent, and can read the request",
        "test_it_runs_when_the_answer_has_been_sent",
        "test_the_request_can_be_read",
    ),
    differs(190, "Pages of the older router carry nothing of it", "There is one router."),
    shown(191, "Each error is reported once", "test_each_refusal_and_failure_is_one_line_of_log"),
]

MEASURED = [
    shown(
        "P1",
        "A call that changes nothing brings its value alone",
        "test_the_value_alone_when_nothing_changed",
    ),
    differs(
        "P2",
        "A cookie set to the value it has renders the page anew",
        "An equal value is no change.",
        "test_a_changed_cookie_is_a_change_and_an_equal_one_is_none",
    ),
    shown(
        "P3",
        "An action that invalidates and then fails brings both the error and the page",
        "test_what_was_invalidated_before_a_failure_is_shown_with_it",
    ),
    shown(
        "P4",
        "`not_found()` brings its page though nothing was invalidated",
        "test_not_found_brings_its_page_though_nothing_was_invalidated",
    ),
    differs(
        "P5",
        "Without JavaScript `forbidden()` shows the page of `not_found()`",
        "It shows its own, with 403.",
        "test_a_native_form_gets_the_status_page_too",
    ),
    differs(
        "P6",
        "Without JavaScript a failure is a line of plain text",
        "It is an error page, with the digest.",
        "test_an_exception_of_a_form_is_an_error_page",
    ),
    differs(
        "P7",
        "Without JavaScript a form is answered by the page: a reload sends it again",
        "303 back to the page. Only a form that shows its result is answered by the page itself, and with JavaScript a "
        "reload of that asks by GET.",
        "test_a_form_goes_back_to_its_page",
        "test_reloading_the_answer_to_a_post_does_not_post_again",
    ),
    shown(
        "P8",
        "A form that names no action, posted to a page, is 400",
        "test_a_post_that_a_route_sends_on_to_a_page_is_no_call",
        "test_a_form_that_no_page_makes_is_malformed",
    ),
    differs(
        "P9",
        "A urlencoded post to a page shows it",
        "415: only a GET shows a page.",
        "test_c09_other_media_types_are_refused_unread",
    ),
    differs(
        "P10",
        "A urlencoded call is 404",
        "415.",
        "test_c09_other_media_types_are_refused_unread",
    ),
    differs(
        "P11",
        "An action that is posted to a URL without a page runs all the same",
        "404, and nothing runs.",
        "test_d07_nothing_runs_where_there_is_no_page",
    ),
    differs(
        "P12",
        "An action of another page runs, but its cookie is lost",
        "It runs, and the cookie is kept.",
        "test_an_action_called_from_another_page_keeps_its_cookie",
    ),
    differs(
        "P13",
        "A wrong forwarded host refuses a call though `Host` is right",
        "Only a trusted proxy's is read.",
        "test_f10_d09_nobody_else_says_who_we_are",
    ),
    differs(
        "P14",
        "Of `pub.test, inner` the first is the host",
        "Several are refused, as in 166.",
        "test_f11_what_a_proxy_appends_or_garbles_is_malformed",
    ),
    differs(
        "P15",
        "A call without `Origin` is accepted",
        "Only without cookies and credentials, as programs call.",
        "test_f14_credentials_without_provenance_are_refused",
        "test_f16_a_program_without_credentials_may_call",
    ),
    differs(
        "P16",
        "The scheme of `Origin` does not count",
        "A page on plain http does not call one on https.",
        "test_f17_plain_http_does_not_call_https",
    ),
    differs(
        "P17",
        "An altered capture is 500",
        "409 with a marker, and nothing runs.",
        "test_a_tampered_capture_is_stale_and_nothing_runs",
    ),
    shown(
        "P18",
        "Three selectors in a form are 400",
        "test_three_selectors_in_a_form_run_one_action_at_most",
    ),
    differs(
        "P19",
        "An edited previous state is believed",
        "It is input: checked against its parameter's annotation.",
        "test_e09_form_state_is_input_like_any_other",
    ),
    differs("P20", "A body over the limit is 500", "413.", "test_the_body_limit_is_a_setting"),
    differs(
        "P21",
        "GET and PUT with the header of a call show the page",
        "405.",
        "test_only_a_post_calls",
        "test_d01_an_action_is_called_by_post_only",
    ),
    shown("P22", "An action sees the header that named it", "test_an_action_sees_its_own_header"),
]

CATALOGUE: dict[str, list[Row]] = {
    "Calls": CALLS,
    "Forms": FORMS,
    "Form state": FORM_STATE,
    "Bound arguments": BOUND,
    "Redirects": REDIRECTS,
    "Cookies and headers": COOKIES,
    "Revalidation and cache": REVALIDATION,
    "Errors": ERRORS,
    "Directives and builds": DIRECTIVES,
    "Security": SECURITY,
    "Navigation while actions run": NAVIGATING,
    "Streams and sizes": STREAMS_AND_SIZES,
    "Afterwards": AFTERWARDS,
    "Measured": MEASURED,
}
