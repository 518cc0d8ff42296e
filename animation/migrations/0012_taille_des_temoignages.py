"""The size of a company is said as of somebody else, in its page and in every version of it."""

from django.db import migrations

DITE = {"Je travaille seul·e": "Une seule personne"}


def dire_la_taille(apps, schema_editor):
    Page = apps.get_model("animation", "PageTemoignage")
    Revision = apps.get_model("wagtailcore", "Revision")
    for avant, apres in DITE.items():
        Page.objects.filter(taille=avant).update(taille=apres)
        siennes = Revision.objects.filter(
            content_type__app_label="animation",
            content_type__model="pagetemoignage",
            content__taille=avant,
        )
        for revision in siennes.iterator():
            revision.content["taille"] = apres
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [
        ("animation", "0011_brouillons_sans_date"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="guidedecline", options={"verbose_name": "guide national adapté"}
        ),
        migrations.RunPython(dire_la_taille, migrations.RunPython.noop, elidable=True),
    ]
