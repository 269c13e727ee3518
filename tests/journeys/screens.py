"""Every page that a learner may come to, and how: axe, the sizes and the policy are tried on all of them.

`tests/home/test_every_screen.py` holds this list against the site's addresses, so a new page cannot be forgotten.
"""

from dataclasses import dataclass

COURSE = "courses/walking-beside-left-behind-children"


@dataclass(frozen=True)
class Screen:
    """A page with an address. ``{lang}`` is a language's code; the other names in braces are keys that a run finds."""

    path: str
    who: str = "learner"
    page_type: str = ""
    """The label of the editors' page that stands there, if it is one."""
    status: int = 200


SCREENS = {
    "home": Screen("{lang}/", "guest", "home.HomePage"),
    "privacy": Screen("{lang}/privacy/", "guest", "home.StandardPage"),
    "catalogue": Screen("{lang}/courses/", "guest", "courses.CourseIndexPage"),
    "course": Screen(f"{{lang}}/{COURSE}/", page_type="courses.CoursePage"),
    "module": Screen(f"{{lang}}/{COURSE}/listening/", page_type="courses.ModulePage"),
    "lesson": Screen(f"{{lang}}/{COURSE}/listening/letter-box/", page_type="courses.LessonPage"),
    "lesson of a guest": Screen(f"{{lang}}/{COURSE}/listening/letter-box/", "guest", "courses.LessonPage"),
    "every block": Screen("{lang}/courses/every-block/only/everything/", page_type="courses.LessonPage"),
    "every question": Screen("{lang}/courses/asking/all/everything/", page_type="courses.LessonPage"),
    "members only": Screen("{lang}/courses/closed/first/ask/", "guest", "courses.LessonPage", 403),
    "assignment": Screen(f"{{lang}}/{COURSE}/listening/try-listening/", page_type="courses.AssignmentPage"),
    "practices": Screen("{lang}/practices/", page_type="courses.PracticeIndexPage"),
    "practice": Screen("{lang}/practices/letter-box-own-answer/", page_type="courses.PracticePage"),
    "search": Screen("{lang}/search/?q=信箱"),
    "search that finds nothing": Screen("{lang}/search/?q=zzzz", "guest"),
    "module on one page": Screen("{lang}/modules/{module}/"),
    "mistake": Screen("{lang}/mistakes/{lesson}/", "guest"),
    "thanks for a mistake": Screen("{lang}/mistakes/{lesson}/?sent=1", "guest"),
    "sign-in": Screen("{lang}/account/sign-in/", "guest"),
    "sign-in with a code": Screen("{lang}/account/sign-in/code/", "guest"),
    "closed account": Screen("{lang}/account/with/inactive/", "guest"),
    "codes": Screen("sms/?lang={lang}", "guest"),
    "join": Screen("j/TERRACE2/?lang={lang}", "guest"),
    "join by a typed code": Screen("j/?lang={lang}", "guest"),
    "join by a wrong code": Screen("j/NOSUCH22/?lang={lang}", "guest", status=404),
    "verify": Screen("verify/?lang={lang}", "guest"),
    "verified": Screen("v/{certificate}/?lang={lang}", "guest"),
    "not verified": Screen("v/nothing/?lang={lang}", "guest", status=404),
    "offline": Screen("{lang}/offline/", "guest"),
    "today": Screen("{lang}/today/"),
    "my course": Screen("{lang}/course/"),
    "waiting": Screen("{lang}/waiting/"),
    "me": Screen("{lang}/me/"),
    "me with a certificate": Screen("{lang}/me/", "graduate"),
    "today of a graduate": Screen("{lang}/today/", "graduate"),
    "welcome": Screen("{lang}/account/welcome/"),
    "name": Screen("{lang}/account/name/"),
    "profile": Screen("{lang}/account/profile/"),
    "report": Screen("{lang}/assignments/{report}/"),
    "report of another course": Screen("{lang}/assignments/{other_report}/", status=403),
    "sheet": Screen("{lang}/assignments/{report}/sheet/"),
    "announcements": Screen("{lang}/announcements/"),
    "new practice": Screen("{lang}/practices/write/new/"),
    "practices written": Screen("{lang}/practices/write/"),
    "no such page": Screen("{lang}/no-such-page/", "guest", "courses.LessonPage", 404),
}

DEEDS = {
    "code": "account_confirm_login_code",
    "wrong code": "account_confirm_login_code",
    "number that is none": "accounts:sign_in",
    "form without a token": "accounts:sign_in",
    "answer without script": "lesson_event",
    "answer that is asked for once more": "lesson_event",
    "report with a question open": "cohorts:submission",
    "practice with a part open": "courses:write_practice",
}
"""Pages that only a deed leads to, each with the view that shows it."""

FAULTS = (400, 429, 500, 503)
"""Pages that stand for an answer which a browser cannot ask for; they are shown as the site would show them."""

NOT_LEARNERS = {
    "front_door": "leads on",
    "health": "for machines",
    "api_nothing": "for scripts",
    "service_worker": "a script",
    "web_manifest": "for the home screen",
    "media": "files",
    "handout": "files",
    "cohorts:photo": "a file",
    "cohorts:announcement_picture": "a file",
    "cohorts:read_announcement": "leads on",
    "cohorts:recording": "a file",
    "courses:practice_photo": "a file",
    "certificates:file": "a file",
    "join:enter": "leads on",
    "courses:new_practice": "leads on",
    "accounts:sign_out": "leads on",
    "accounts:sign_out_others": "leads on",
    "accounts:sign_out_device": "leads on",
    "accounts:read_message": "leads on",
    "account_set_password": "leads on",
    "account_request_login_code": "leads on",
    "account_signup": "leads on",
    "teaching:draft": "for whom an author shows a draft: a lesson's page with a bar",
    "cohorts:desk": "of those who review",
    "cohorts:overview": "of those who help",
    "cohorts:call": "of those who lead",
    "cohorts:learners": "of those who review",
    **dict.fromkeys(
        ("cohorts:joining", "cohorts:approve", "cohorts:decline", "cohorts:helpers", "cohorts:end_helper"),
        "of those who lead",
    ),
    **dict.fromkeys(
        (
            "cohorts:withdraw",
            "cohorts:take_back",
            "cohorts:move_learner",
        ),
        "of those who lead",
    ),
    **dict.fromkeys(("cohorts:surname_reading", "cohorts:give_code", "cohorts:reset_sign_in"), "of those who lead"),
    "cohorts:import_start": "of those who lead",
    "cohorts:import": "of those who lead",
    "cohorts:import_run": "of those who lead",
    "cohorts:learner": "of those who review",
    "cohorts:new_cohort": "of those who lead",
    "cohorts:open_cohort": "of those who lead",
    "cohorts:clone_cohort": "of those who lead",
    "cohorts:cohort_settings": "of those who lead",
    "cohorts:archive_cohort": "of those who lead",
    "cohorts:schedule": "of those who review",
    "cohorts:extensions": "of those who lead",
    "cohorts:as_learner": "of those who review",
    "cohorts:announcements": "of those who review",
    "cohorts:readers": "of those who review",
    "cohorts:change_told": "of those who lead",
    "cohorts:reviews": "of those who review",
    "cohorts:review": "of those who review",
    "account_login": "of the team, who sign in by e-mail",
    "account_change_password": "of the team",
    "account_reset_password": "of the team",
    "account_reset_password_done": "of the team",
    "account_reset_password_from_key": "of the team",
    "account_reset_password_from_key_done": "of the team",
}
"""Every other address of the site outside its API and its admin, and why no learner's page stands there."""
