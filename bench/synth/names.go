package synth

// A name as it is written, and as it stands in an e-mail address.
type name struct{ written, plain string }

var firstNames = []name{
	{"Anna", "anna"}, {"Ayşe", "ayse"}, {"Björn", "bjoern"}, {"Chloé", "chloe"}, {"Daniel", "daniel"},
	{"Emine", "emine"}, {"Felix", "felix"}, {"François", "francois"}, {"Greta", "greta"}, {"Günter", "guenter"},
	{"Hannah", "hannah"}, {"Ines", "ines"}, {"İsmail", "ismail"}, {"Jürgen", "juergen"}, {"Käthe", "kaethe"},
	{"Katarzyna", "katarzyna"}, {"Léa", "lea"}, {"Lukas", "lukas"}, {"Łukasz", "lukasz"}, {"Maria", "maria"},
	{"Marie-Luise", "marieluise"}, {"Mehmet", "mehmet"}, {"Nora", "nora"}, {"Øyvind", "oyvind"}, {"Paul", "paul"},
	{"Renée", "renee"}, {"Sofía", "sofia"}, {"Søren", "soren"}, {"Thomas", "thomas"}, {"Zoë", "zoe"},
}

var lastNames = []name{
	{"Arslan", "arslan"}, {"Bauer", "bauer"}, {"Becker", "becker"}, {"Çelik", "celik"}, {"Dubois", "dubois"},
	{"Fischer", "fischer"}, {"Groß", "gross"}, {"Häußler", "haeussler"}, {"Hoffmann", "hoffmann"}, {"Jäger", "jaeger"},
	{"Köhler", "koehler"}, {"Kowalski", "kowalski"}, {"Krüger", "krueger"}, {"Lefèvre", "lefevre"}, {"Lindström", "lindstroem"},
	{"Meyer-Lüdenscheid", "meyerluedenscheid"}, {"Müller", "mueller"}, {"Núñez", "nunez"}, {"O'Brien", "obrien"}, {"Öztürk", "oeztuerk"},
	{"Schäfer", "schaefer"}, {"Schmidt", "schmidt"}, {"Şahin", "sahin"}, {"von der Heide", "vonderheide"}, {"Wagner", "wagner"},
	{"Weiß", "weiss"}, {"Wiśniewski", "wisniewski"}, {"Wójcik", "wojcik"}, {"Yılmaz", "yilmaz"}, {"Zimmermann", "zimmermann"},
}
