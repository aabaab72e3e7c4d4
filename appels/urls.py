"""The addresses of the procedure, stage by stage."""

from django.urls import include, path

app_name = "appels"
urlpatterns = [
    path("", include("appels.public.urls")),
    path("", include("appels.socle.urls")),
    path("", include("appels.redaction.urls")),
    path("", include("appels.depot.urls")),
    path("", include("appels.instruction.urls")),
    path("", include("appels.decision.urls")),
    path("", include("appels.reprises.urls")),
]
