"""Why a file is refused: a sentence that says how to mend this very kind."""


class Illisible(Exception):
    """The file is not one that everybody can open safely. `phrase` is French, for its sender."""

    def __init__(self, phrase: str):
        self.phrase = phrase
        super().__init__(phrase)


EN_PDF = "enregistrez-le en PDF (Fichier › Exporter › PDF)"
LA_EN_PDF = EN_PDF.replace("-le ", "-la ")  # of a presentation
LES_EN_PDF = EN_PDF.replace("-le ", "-les ")
DOCUMENT_ABIME = f"Ce document est abîmé : ouvrez-le, puis {EN_PDF}."
TROP_GROS_OUVERT = f"Ce document est anormalement gros une fois ouvert : {EN_PDF}."
MOT_DE_PASSE = (
    "Ce document demande un mot de passe : enregistrez-le sans mot de passe, puis joignez-le."
)
MACROS = (
    "Ce document contient des macros : enregistrez-le dans un format sans macro (DOCX, XLSX, ODT, "
    "ODS) ou en PDF."
)
EXTERIEUR = (
    "Ce document appelle quelque chose d’extérieur (modèle, image liée, autre fichier) : rompez "
    f"les liaisons, ou {EN_PDF}."
)
CHAMP_ACTIF = (
    "Ce document contient un champ qui va chercher autre chose (DDE, liaison, inclusion) : "
    f"supprimez ce champ, ou {EN_PDF}."
)
OBJET = (
    "Ce document contient un objet incorporé d’un autre logiciel : remplacez-le par une image, "
    f"ou {EN_PDF}."
)
ACTIF = f"Ce document contient un élément actif (contrôle, script, vidéo) : {EN_PDF}."
