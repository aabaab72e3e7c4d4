"""What the counters of a call ask of each dossier, and their rows; `manage.py recalculer` fills them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appels', '0049_export_des_journaux'),
    ]

    operations = [
        migrations.CreateModel(
            name='Comptage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('appel', models.PositiveBigIntegerField()),
                ('nom', models.CharField(max_length=12)),
                ('cle', models.CharField(blank=True, max_length=80)),
                ('nombre', models.IntegerField()),
                ('demande', models.BigIntegerField(default=0)),
                ('vote', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='condense',
            name='axe',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='condense',
            name='confie_a',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='condense',
            name='etat',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='condense',
            name='jour',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='condense',
            name='lieu',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='condense',
            name='ouvre',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='condense',
            name='parts',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='condense',
            name='quartiers',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name='condense',
            index=models.Index(condition=models.Q(('lieu', True)), fields=['appel', '-dossier'], name='condense_lieu'),
        ),
        migrations.AddIndex(
            model_name='comptage',
            index=models.Index(fields=['appel', 'nom', 'cle'], name='comptage_cle'),
        ),
    ]
