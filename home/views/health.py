"""Health, for machines: 200 only when the site can really do its work."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.registries import Probe, health_probes


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Ask every probe. 503 with the reasons when one is not well; a probe that fails is not well either."""
    answers = {name: _ask(probe) for name, probe in health_probes.items()}
    faults = {name: probe.fault for name, probe in answers.items() if probe.fault}
    body = {
        "status": "unwell" if faults else "well",
        "figures": {name: probe.figure for name, probe in answers.items() if not probe.fault},
        "faults": faults,
    }
    headers = {"Retry-After": "30"} if faults else {}
    return JsonResponse(body, status=503 if faults else 200, headers=headers)


def _ask(probe: object) -> Probe:
    try:
        answer: Probe = probe()  # type: ignore[operator]
    except Exception as error:
        return Probe(fault=f"could not be asked: {type(error).__name__}")
    return answer
