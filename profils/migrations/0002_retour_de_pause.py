
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profils', '0001_initial'),
        ('territoires', '0002_recherche_et_sources'),
    ]

    operations = [
        migrations.AddField(
            model_name='entreprise',
            name='de_retour_le',
            field=models.DateField(blank=True, help_text='Vide\xa0: jusqu’à ce qu’elle reprenne d’elle-même.', null=True, verbose_name='de retour le'),
        ),
        migrations.AddConstraint(
            model_name='entreprise',
            constraint=models.CheckConstraint(condition=models.Q(('est_en_pause', True), ('de_retour_le__isnull', True), _connector='OR'), name='entreprise_retour_de_pause'),
        ),
    ]
