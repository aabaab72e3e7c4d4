"""What a page weighs on the wire: compressed, as production serves it, with nothing in the cache
(CONCEPTION §5).
"""

PUBLIC = {"octets": 60_000, "css": 8_000, "js": 4_000, "requêtes": 8}
TRAVAIL = {"octets": 60_000, "css": 12_000, "js": 12_000, "requêtes": 8}

# The size of each body as it came: what the browser kept from another page counts too.
LIRE = """() => [
    ...performance.getEntriesByType('navigation'),
    ...performance.getEntriesByType('resource'),
].map(entree => [new URL(entree.name).pathname, entree.encodedBodySize])"""


def peser(onglet) -> dict[str, int]:
    """Bytes in all, bytes of style sheets, bytes of scripts, and requests."""
    recus = onglet.evaluate(LIRE)
    return {
        "octets": sum(octets for _, octets in recus),
        "css": sum(octets for chemin, octets in recus if chemin.endswith(".css")),
        "js": sum(octets for chemin, octets in recus if chemin.endswith(".js")),
        "requêtes": len(recus),
    }


def fautes_de_poids(onglet, plafonds: dict[str, int]) -> list[str]:
    """Each budget that the page exceeds."""
    return [
        f"{valeur} {quoi}, {plafonds[quoi]} au plus"
        for quoi, valeur in peser(onglet).items()
        if valeur > plafonds[quoi]
    ]
