"""What the fictitious residents say, and what the fictitious service answers: plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reponse:
    """`verbe`: donner_suite, classer or transmettre; `etapes`: (days from today, where, what)."""

    verbe: str
    texte: str
    a: str = ""
    etapes: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class Dit:
    """One word. `jours`: how long ago; `quartier`: its rank, None for several or none.

    `fin`: where it stands, by the verbs of moderation; « contestee » is refused, then contested.
    """

    type: str
    jours: int
    quartier: int | None
    texte: str
    fin: str = "repondre"
    source: str = "en_ligne"
    pseudonyme: str = ""
    theme: str = ""
    reponse: Reponse | None = None
    raison: tuple[str, str] = ("", "")  # reason of the list, own words
    utiles: tuple[bool, ...] = ()


BANC = Reponse(
    "donner_suite",
    "Un banc est posé à mi-chemin. La lampe est à l’étude pour l’an prochain (exemple fictif).",
    etapes=((-20, "faite", "Poser le banc"), (40, "a_venir", "Choisir l’emplacement de la lampe")),
)
BUS = Reponse(
    "transmettre",
    "Les horaires des bus ne se décident pas dans ce contrat. Votre phrase est transmise telle "
    "quelle (exemple fictif).",
    a="le service fictif des transports",
    etapes=((-8, "en_cours", "Le service des transports étudie la demande"),),
)
MIDI = Reponse(
    "donner_suite",
    "Une réunion sur deux se tient désormais à 12 h 30, avec une garde d’enfants (exemple fictif).",
    etapes=((-5, "faite", "Tenir la première réunion de midi"),),
)
DEJA_VOTE = Reponse(
    "classer",
    "Ces travaux sont déjà votés et ne changeront pas cette année : rien ne peut suivre ici "
    "(exemple fictif).",
)

SOIR = (
    Dit(
        "proposition",
        22,
        1,
        "Un banc et une lampe à mi-chemin entre l’école et le parc.",
        source="papier",
        theme="Éclairage",
        reponse=BANC,
        utiles=(True, True, False),
    ),
    Dit(
        "avis",
        20,
        3,
        "Des réunions à 18 h, avec des enfants, c’est impossible.",
        pseudonyme="Exemple-12",
        theme="Rencontres",
        reponse=MIDI,
        utiles=(True, True),
    ),
    Dit(
        "proposition",
        20,
        2,
        "Prolonger le bus de nuit jusqu’à minuit.",
        source="rencontre",
        theme="Transports",
        reponse=BUS,
    ),
    Dit(
        "proposition",
        19,
        4,
        "Refaire tout de suite le trottoir de l’arrêt, avant les travaux.",
        theme="Trottoirs",
        reponse=DEJA_VOTE,
        utiles=(False,),
    ),
    Dit(
        "experience",
        18,
        4,
        "Le soir, on rejoint l’arrêt de bus par le parking, dans le noir.",
        fin="etudier",
        pseudonyme="Exemple-07",
        theme="Éclairage",
    ),
    Dit(
        "experience",
        17,
        0,
        "La passerelle glisse dès qu’il gèle, on fait le grand tour.",
        fin="etudier",
        theme="Trottoirs",
    ),
    Dit(
        "experience",
        16,
        5,
        "Après 20 h, plus un seul commerce allumé : on marche vite.",
        fin="etudier",
        theme="Éclairage",
        pseudonyme="Exemple-31",
    ),
    Dit(
        "avis",
        15,
        1,
        "Les lampes neuves de l’allée changent tout, merci.",
        theme="Éclairage",
        reponse=Reponse(
            "donner_suite",
            "Merci. Les mêmes lampes sont prévues près du parc (exemple fictif).",
            etapes=((60, "a_venir", "Poser les lampes près du parc"),),
        ),
    ),
    Dit(
        "proposition",
        14,
        3,
        "Des passages piétons qui s’allument quand on approche.",
        fin="publier",
        pseudonyme="Exemple-18",
    ),
    Dit(
        "experience",
        13,
        1,
        "Avec la poussette, la bordure devant l’école oblige à descendre sur la route.",
        fin="publier",
    ),
    Dit(
        "experience",
        12,
        2,
        "L’arrêt n’a pas d’abri : quand il pleut, personne n’attend là.",
        fin="publier",
        source="papier",
    ),
    Dit(
        "avis",
        11,
        4,
        "On nous demande notre avis, mais on ne sait pas ce que devient le dernier.",
        fin="publier",
        pseudonyme="Exemple-02",
    ),
    Dit(
        "proposition",
        10,
        0,
        "Une marche à plusieurs le vendredi soir, pour connaître les raccourcis.",
        fin="publier",
        source="rencontre",
    ),
    Dit(
        "experience",
        9,
        3,
        "Les voitures garées sur le trottoir cachent les enfants.",
        fin="publier",
    ),
    Dit(
        "avis",
        8,
        None,
        "Les six quartiers ont le même problème : la lumière s’arrête aux limites.",
        fin="publier",
        source="telephone",
    ),
    Dit(
        "proposition",
        6,
        5,
        "Un plan des chemins éclairés, affiché aux arrêts.",
        fin="publier",
        pseudonyme="Exemple-44",
    ),
    Dit(
        "experience", 5, 1, "Mon fils traverse seul à 17 h 30, le feu est trop court.", fin="recue"
    ),
    Dit("proposition", 2, 2, "Mettre la maison de quartier en lumière jusqu’à 22 h.", fin="recue"),
    Dit(
        "avis",
        1,
        4,
        "Le gardien n’ouvre jamais la porte, appelez-moi au 06 39 98 12 34 pour en parler.",
        fin="recue",
        pseudonyme="Exemple-51",
    ),
    Dit(
        "avis",
        7,
        5,
        "Votez pour ma boutique en ligne fictive, tout est à moitié prix !",
        fin="refuser",
        raison=("publicite", "Ce texte vante une boutique, sans parler des trajets."),
    ),
    Dit(
        "experience",
        9,
        0,
        "Mme Fictive, au troisième, laisse son chien sans laisse tous les soirs.",
        fin="contestee",
        raison=("personne", "Une voisine y est nommée : dites le lieu et l’heure."),
    ),
    Dit("experience", 4, 3, "J’avais écrit ici autre chose.", fin="retirer"),
)
SALLE = Reponse(
    "donner_suite",
    "La salle est gratuite pour les fêtes de voisins depuis le printemps (exemple fictif).",
    etapes=((-90, "faite", "Voter la gratuité"), (-60, "faite", "Prêter la salle à six fêtes")),
)
TABLES = Reponse(
    "donner_suite",
    "Vingt tables et quarante bancs se prêtent, sur demande (exemple fictif).",
    etapes=((-75, "faite", "Acheter les tables"), (30, "a_venir", "Acheter des barnums")),
)
ROUTE = Reponse(
    "transmettre",
    "Fermer une rue se décide en mairie. Votre demande lui est transmise (exemple fictif).",
    a="la commune fictive",
)
DATE = Reponse(
    "classer",
    "La date est nationale : la fête se tient où et quand les voisins le veulent (exemple fictif).",
)
FETES = (
    Dit(
        "proposition",
        150,
        0,
        "Prêter la salle pour les fêtes de voisins, sans frais.",
        theme="Salle",
        reponse=SALLE,
        utiles=(True, True, True),
    ),
    Dit(
        "proposition",
        149,
        1,
        "La salle gratuite une fois par an, ce serait juste.",
        source="papier",
        theme="Salle",
        reponse=SALLE,
    ),
    Dit(
        "avis",
        148,
        2,
        "La salle est trop chère pour trente personnes.",
        source="rencontre",
        theme="Salle",
        reponse=SALLE,
    ),
    Dit(
        "proposition",
        147,
        3,
        "Des tables et des bancs à emprunter.",
        pseudonyme="Exemple-60",
        theme="Matériel",
        reponse=TABLES,
        utiles=(True, False),
    ),
    Dit(
        "experience",
        146,
        4,
        "On a fait la fête avec les tables de cuisine, à bout de bras.",
        theme="Matériel",
        reponse=TABLES,
    ),
    Dit(
        "proposition", 146, 5, "Fermer la rue aux voitures ce jour-là.", theme="Rue", reponse=ROUTE
    ),
    Dit(
        "proposition",
        145,
        1,
        "Fermer aussi le parking, les enfants y jouent.",
        source="papier",
        theme="Rue",
        reponse=ROUTE,
    ),
    Dit(
        "avis",
        144,
        0,
        "Changer la date, en mai il pleut.",
        pseudonyme="Exemple-63",
        theme="Date",
        reponse=DATE,
        utiles=(False,),
    ),
    Dit(
        "experience",
        143,
        None,
        "Sans voiture, on ne porte pas les courses d’une fête.",
        source="telephone",
        theme="Matériel",
        reponse=TABLES,
    ),
    Dit(
        "avis",
        142,
        2,
        "C’est le seul jour où l’on se parle entre étages.",
        source="rencontre",
        theme="Rencontres",
        reponse=Reponse(
            "donner_suite",
            "Deux autres rencontres d’immeuble sont prévues (exemple fictif).",
            etapes=((-30, "en_cours", "Préparer les rencontres d’immeuble"),),
        ),
    ),
    Dit(
        "avis",
        141,
        3,
        "Texte inventé qui insultait quelqu’un.",
        fin="masquer",
        raison=("injure", "Ce texte insultait une personne de la fête."),
    ),
)
AUTRES = (
    Dit(
        "experience",
        60,
        4,
        "La boîte à livres se remplit et se vide toute seule, c’est une réussite.",
        theme="Culture",
        reponse=Reponse(
            "donner_suite",
            "Une deuxième boîte est posée près de l’école (exemple fictif).",
            etapes=((-25, "faite", "Poser la deuxième boîte"),),
        ),
    ),
    Dit(
        "proposition",
        35,
        5,
        "Un atelier de réparation de vélos, une fois par mois.",
        pseudonyme="Exemple-70",
        fin="etudier",
        theme="Vélo",
    ),
    Dit("avis", 3, 0, "Le nouveau square est très bien, il manque de l’ombre.", fin="publier"),
    Dit("proposition", 1, 2, "Une fontaine à eau près du terrain de jeux.", fin="recue"),
)
