"""What a new company may send is limited, until whoever animates lifts it; both are journalled."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profils', '0003_fermeture'),
    ]

    operations = [
        migrations.AddField(
            model_name='entreprise',
            name='limites_levees_le',
            field=models.DateTimeField(blank=True, help_text='L’animation de son territoire la connaît\xa0: elle propose comme une entreprise établie.', null=True, verbose_name='limites d’arrivée levées le'),
        ),
        migrations.AlterField(
            model_name='journalentreprise',
            name='fait',
            field=models.CharField(choices=[('suspendue', 'Suspendue'), ('retablie', 'Rétablie'), ('fermee', 'Fermée'), ('rouverte', 'Rouverte'), ('effacee', 'Effacée'), ('levee', 'Limites d’arrivée levées'), ('remise', 'Limites d’arrivée remises')], max_length=10, verbose_name='fait'),
        ),
    ]
