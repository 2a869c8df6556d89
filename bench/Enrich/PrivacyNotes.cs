using System.Globalization;
using System.Text;

namespace Woflo.Bench.Enrich;

/// <summary>A note with what must go from it and what must stay.</summary>
/// <param name="Secrets">As written in the text, each with its kind.</param>
/// <param name="Rest">All other words, which must survive.</param>
internal sealed record PrivacyNote(string Text, IReadOnlyList<(string Kind, string Secret)> Secrets, string Rest);

/// <summary>Writes notes as a shop's people write them. The names are none of those that the recogniser has lists of, but for names that are also
/// words (Mack, Rose): those cannot be told from the word without one.</summary>
internal sealed class PrivacyNotes(int seed)
{
    private readonly Random _random = new(seed);

    private static readonly string[] Given = Words("""
        Thandeka Przemek Oleksandr Bogdan Zbigniew Wojciech Katarzyna Agnieszka Nkechi Chidi Emeka Ngozi Babatunde Kwame Kofi Abebe Tesfaye Mehdi Farrukh Jagmeet Parmjit Gagandeep Lovepreet Hardeep Satnam Tarsem Surinder
        Yordan Plamen Dragan Zoran Goran Milos Slobodan Vesna Jovana Aleksei Dmytro Yevhen Taras Ruslan Artem Timur Zhanna Anselmo Eusebio Nemesio Evaristo Leocadio Filiberto Rigoberto Heladio Ubaldo Wenceslao Yahir Itzel
        Citlali Xochitl Yaretzi Nayeli Maricruz Anahí Kenia Yuridia Jairo Ociel Edilberto Delfino Crescencio Macario Gildardo Fructuoso Hermelinda Eulalia Marisabel Torvald Bjorn Sigurd Ingvar Leif Siobhan Niamh
        Eoghan Padraig Declan Fergus Tadhg Rhys Gethin Ieuan Aroha Malia Keoni Kalani Makoa Sione Tevita Nguyet Thanh Quang Huong Phuong Seojun Takeshi Haruki Kenji Akira Yuto Xiaoming Delroy Desmond Cletus Jethro Thurman
        Lavonne Shaniqua Tyrell Deshawn Marquise Lamont Alphonse Odell Orville Hollis Lyman Burl Garland Sócrates Adrián Óscar Zoë
        """, except: "Adrián Óscar Zoë");

    private static readonly string[] Family = Words("""
        Mokoena Przybylski Wojtowicz Szczepanski Kaczmarek Wisniewski Zielinski Dlamini Okonkwo Adeyemi Oyelaran Mwangi Otieno Tadesse Gebremariam Bajwa Sekhon Virk Dhesi Sahota Pannu Atwal Toor Kovacevic Petrovic Jovanovic
        Horvat Stoyanov Dimitrov Hryhorenko Tkachenko Moroz Lysenko Popescu Ionescu Munteanu Zaldívar Urquidi Arriaga Barragán Bocanegra Camarillo Cepeda Covarrubias Escamilla Farías Garay Guajardo Iturbe Jasso Lerma
        Manríquez Mireles Montemayor Olvera Oropeza Pulido Quezada Resendiz Ruvalcaba Sauceda Tamez Téllez Ulloa Urrutia Valdivia Zambrano Zertuche Lindqvist Bergstrom Haugen Thorvaldsen O'Shaughnessy MacAvoy Fitzsimmons
        Dunleavy Gallacher Kavanagh Delacroix Thibodeaux Boudreaux Fontenot Guidry Arceneaux Robicheaux Schexnayder Vandermolen Hoekstra Dykstra Zylstra Oosterhouse Stoltzfus Hostetler Schrock Brubaker Zook Tuttle Pickett
        Tolliver Sizemore Stallworth Whisenhunt Ledbetter Culpepper Hollingsworth Birdsong Nakamura Takahashi Yoshida Kealoha Kamaka Fonoti Truong Duong Hoang Eriksen
        """, except: "");

    /// <summary>Names that are also words or makes.</summary>
    private static readonly string[] WordNames = ["Mack", "Grant", "Frank", "Rose", "Cat", "Jake", "Victor", "Parker", "Allison", "Bill", "Mark", "Jack", "Will", "Art", "Rich", "Dale", "Clay", "Ray", "Hank", "Hope", "Dawn", "Cliff", "Drew", "Chuck"];

    private static readonly string[] Initials = ["TJ", "JR", "DW", "KB", "MJ", "RJ", "JB", "BJ", "CW", "TW", "JW", "GW"];

    // {n} a whole name, {g} a first name, {s} first name and initial, {q} and {t} initials and a family name, {f} a family name, {p} with particles,
    // {r} a junior, {h} a double name, {w} a name that is a word, {i} initials.
    private static readonly string[] Named = [
        "spoke w/ {g} about the estimate", "Spoke with {n}, will approve", "talked to {g}, he wants it back by noon", "spoke to {n} re brakes", "met with {n} at the gate",
        "driver {s} says it pulls left", "Driver {n} reports grinding", "driver: {n}", "DRIVER {n} WAITING", "driver's name is {n}", "drv {g} stated shaking at 60 mph", "the driver, {n}, said no brakes",
        "cust {n} called", "customer {n} wants old parts back", "Customer: {n}", "cust. {g} declined the alignment", "cust Mr. {f} approved", "Mr. {f} authorized repairs", "Mrs. {f} will pick up", "Ms. {f} paid by card",
        "per {g}", "per {n}, go ahead with the repair", "OK per {g}.", "approved by {n}", "authorized by {g} at 10:30", "ok'd by {n}", "signed by {n}", "signature: {n}", "dropped off by {g}", "inspected by {n}", "repaired by {g}",
        "ask for {g}", "ask for {n} at the desk", "call {g} when done", "call {n} before starting", "called {g}, no answer", "told {g} to wait", "contact {n}", "Contact: {n}", "attn {n}", "attn: {g}", "notify {n}", "text {g} when ready",
        "tech {g} found a leak at the water pump", "tech: {n}", "tech {s} replaced the seal", "mechanic {n} rechecked torque", "advisor {g}", "owner {n} is out of town", "owner {g} says keep the cores", "dispatcher {g} wants an eta", "foreman {n} signed off",
        "{n} called about unit 4410", "{n} says the ac blows warm", "{g} called back", "{n} dropped off the truck", "{n} picked up keys", "{g} will pick up after 5", "{n} requested a wash", "{g} noticed a coolant leak", "{n} brought the trailer in",
        "{g}'s truck is in bay 3", "left keys with {g}", "hold for {n}", "bill to {n}", "{n}, driver", "{n} (driver) waiting", "{n} - owner", "- {g}", "- {n}", "- {i}", "-{i}", "Thanks, {g}", "thx {g}", "Thank you\n{n}", "Regards, {n}", "/s/ {n}",
        "hablé con {g} de los frenos", "hablé con {n}", "hable con {g} por telefono", "llamar a {n}", "llame a {g} cuando este lista", "preguntar por {g}", "chofer {n} dice que jala", "el chofer {g} espera", "cliente {n} autorizó", "cliente: {n}",
        "Sr. {f} pide factura", "la señora {f} paga hoy", "{g} dijo que no frena", "según {g} ya no prende", "autorizado por {n}", "mecánico {g} cambió balatas", "operador {n}", "dueño {n}", "gracias, {g}", "atte. {n}", "me llamo {n}",
        "spoke w/ driver {g} and {g} about the load", "spoke with {g} & {g}", "{n} and {n} looked at it", "driver {h} on site", "name: {n}", "Hi {g}, truck is ready", "per {i}", "by {i}", "ok per {i} 11/24", "spoke w/ {i} about parts",
        "{n} {phone}", "advised {g} of the cost", "emailed {n} the invoice", "informed {g} of delay", "asked {g} for po", "reported by {n}", "requested by {g}", "emergency contact {n}", "co-driver {g} slept in truck", "{g} from dispatch called",
        "cust states {g} hit a curb", "{q} approved", "{t} called", "driver {r} waiting", "driver {p}", "keys from {g}", "return call to {n}", "will be done for {g} tomorrow", "{n} paid cash", "mgr {g} oks overtime",
        "spoke w/ {w} about the bill", "driver {w}", "driver {w} says clutch slips", "per {w}, hold truck", "ask for {w}", "{w} called about his truck", "{w} says brakes squeal", "cust {w} {f} approved", "spoke with {w} {f}", "Mr. {w}", "talked to {w}", "{w} {f} called", "tech {w} found a leak",
    ];

    // Must survive whole.
    private static readonly string[] Plain = [
        "{k} miles, torque lugs to {3} ft-lb", "odo {k}", "odometer {k} mi", "mileage {6}", "{k} km", "SPN {4} FMI {2} SA 0 OC 3", "code SPN {4}/{1}", "P0420 and U0100 active", "MID 128 PID 100 FMI 1", "unit {4} left rear drum cracked", "Unit T-{3} in bay 2",
        "truck # {4}", "trailer {5} reefer down", "tires 11R22.5 and 295/75R22.5 at 110 psi", "steer tires 315/80R22.5, drives 11R24.5", "LF 105 psi RF 110 psi", "p/n 23-13542-001", "part no 4089478", "filter LF14000NN", "P/N K037{3}", "Cat 326-1643 filter x2", "PN 2125550142",
        "part # A4710900055", "Bendix 5012345 valve", "due 2026-11-24", "dropped 11/24/26 at 10:30", "eta 14:15", "invoice 20261124001", "PO {6}", "PO# 45000{5}", "WO-{5}", "w/o {6} closed", "RO {5}", "est ${3}.50 parts, ${3} labor", "total $1,{3}.00", "2.5 hrs labor", "{2} hrs on the meter",
        "boost 32 psi, rail 26,000 psi", "coolant temp 225 F", "air pressure 90 to 120 psi in 45 s", "battery 12.6 v, 11.9 cranking", "voltage 13.8 V @ idle", "rpm 1500 under load", "65 mph shimmy", "tread 8 8 9 7 8 9 8 8 7 8", "pressures 90 95 92 88 91 90", "torqued to 450 600 1200 in stages",
        "2015 Peterbilt 389 with Cummins ISX15", "2019 Freightliner Cascadia DD15", "Mack MP8 low power", "Mack Granite dump", "Volvo VNL 760 D13", "Jake brake inop on 2 and 3", "Jake Brake weak", "Johnson bar leaks air", "Detroit diesel series 60", "Cat C15 acert", "CAT C13 regen fails",
        "Allison 3000 slips in 3rd", "Allison transmission whines", "Eaton Fuller 18 speed", "Eaton clutch adjusted", "Jacobs brake housing loose", "Parker fitting weeps", "Victor Reinz gasket set", "Pitman arm loose", "Phillips head screws", "Allen bolt stripped", "Grote lights", "Ross steering gear leaks",
        "Spicer u-joint worn", "Holland fifth wheel jaws stiff", "Sheppard gear box play", "Timken bearing", "Stemco hub seal", "Webb drum cracked", "Dana axle", "Meritor slack adjusters", "Bendix compressor", "Haldex valve", "Gates belt", "Donaldson filter plugged", "Baldwin fuel filter", "called Cummins for parts", "per Detroit TSB", "Kenworth T680 Paccar MX-13",
        "ordered from Peterbilt", "sublet to Freightliner dealer", "Mack dealer has it in stock", "the Cat needs an overhead", "his Mack is down", "Carrier reefer unit alarms", "Thermo King belt", "Great Dane trailer", "Wabash swing door", "Utility reefer door seal", "Ford F-550 6.7", "International LT with A26", "Western Star 4900",
        "brake shoes worn, drums at limit", "air leak at left rear chamber", "no start, cranks slow", "check engine light on", "DPF plugged, forced regen ok", "DEF quality low", "replaced water pump and belt", "adjusted clutch, test drove ok", "grease all zerks", "pm b service, oil and filters", "annual dot inspection due",
        "fuel leak at tank strap", "steering wheel off center", "wiper motor inop", "marker light out", "landing gear hard to crank", "fan clutch engaged all the time", "blows hot air", "abs light on", "king pins loose", "wheel seal leaking rt rear", "cracked leaf spring", "will call back tomorrow", "customer will wait", "driver waiting",
        "customer states noise from front end", "driver says pulls to the right", "tech found play in tie rod", "per customer request", "by noon if parts arrive", "advised customer of worn tires", "see attached pictures", "call customer with estimate", "owner will decide", "ask dispatch for eta", "told driver to park it", "for inspection",
        "plate light out", "license plate bracket bent", "tag axle 2 tires worn", "vin plate missing on trailer", "cdl driver only", "card reader dead in cab", "tel module fault", "address the leak first", "cell phone mount broken", "clutch plate burnt", "pressure plate 15.5 inch", "2 drive axle tires", "1 way check valve stuck",
        "no frena bien, fuga de aire", "se calienta subiendo", "cambio de aceite y filtros", "balatas gastadas", "llanta ponchada eje 2", "luz de motor prendida", "no arranca en frio", "revisar luces traseras", "tira aceite por el cigueñal", "el clutch patina", "cambiar camara de freno", "rechina al frenar", "la troca jala a la derecha",
        "el chofer dice que no enfria", "cliente espera", "presion baja 15 psi", "quinta rueda floja", "odometro {k} millas", "sale humo negro", "checar fuga de diesel", "mofle roto", "hule de la puerta", "grasa en quinta rueda", "direccion dura", "codigo SPN {4} FMI {1}",
        "mm 112 on I-35 north", "exit 12 truck stop", "at Laredo yard", "towed from Dallas TX", "San Antonio run", "Bay 4", "shift 2", "Step 1 check fuses 12 and 15", "pins 3 and 4 open", "resistance 60 ohms", "cyl 1 2 3 4 5 6 balanced", "firing order 1 5 3 6 2 4", "gap .018 in", "serial no 79512345", "esn 79{6}", "Dr side mirror cracked",
        "Left front brake chamber leaking, needs new hose. Checked torque rod bushings.", "R&R starter, test ok", "ABS codes 5, 7 and 12", "Reset ECM, cleared codes", "Truck derates at 5 mph", "Cascadia wipers quit", "Installed new Alcoa rims", "Michelin steers", "Delco starter", "Fleetguard filter kit", "NAPA hose",
    ];

    public static IEnumerable<string> AllNames => Given.Concat(Family);

    /// <summary>A note about a person: one sentence with a name among others without.</summary>
    public PrivacyNote WithName(int n)
    {
        var note = new Writer(this);
        var template = Named[n % Named.Length];
        var casing = template.Contains("DRIVER", StringComparison.Ordinal) ? 2 : template.Contains("{i}", StringComparison.Ordinal) ? 0 : _random.Next(10) switch { < 6 => 0, < 9 => 1, _ => 2 };
        if (_random.Next(3) > 0 && casing == 0)
            note.Sentence(Pick(Plain), casing);
        note.Sentence(template, casing);
        if (!template.Contains("- {", StringComparison.Ordinal) && !template.Contains("-{i", StringComparison.Ordinal) && !Ends(template) && _random.Next(2) > 0)
            note.Sentence(Pick(Plain), casing);
        return note.Note();
    }

    /// <summary>What is signed ends the note.</summary>
    private static bool Ends(string template) => template.StartsWith("Thank", StringComparison.Ordinal) || template.StartsWith("thx", StringComparison.Ordinal) || template.StartsWith("Regards", StringComparison.Ordinal)
        || template.StartsWith("/s/", StringComparison.Ordinal) || template.StartsWith("gracias", StringComparison.Ordinal) || template.StartsWith("atte", StringComparison.Ordinal);

    /// <summary>A note with one to three numbers of people, vehicles and cards.</summary>
    public PrivacyNote WithIdentifiers()
    {
        var note = new Writer(this);
        var casing = _random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 };
        for (var count = _random.Next(1, 4); count > 0; count--)
        {
            note.Sentence(Pick(Plain), casing);
            note.Sentence(Pick(Identified), casing);
        }
        return note.Note();
    }

    public PrivacyNote Without()
    {
        var note = new Writer(this);
        var casing = _random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 };
        for (var count = _random.Next(2, 6); count > 0; count--)
            note.Sentence(Pick(Plain), casing);
        return note.Note();
    }

    private static readonly string[] Identified = [
        "call {phone}", "call him at {phone}", "ph {phone}", "Phone: {phone}", "tel {phone}", "tel.{phone}", "cell {phone} anytime", "text {phone} when done", "reach driver at {phone}", "llamar al {phone}", "cel {phone}", "fax {phone}", "{phone}", "cust number {phone}",
        "callback # {phone}", "his number is {phone}", "call {local}", "phone {local}", "cell: {local}", "llame {local}", "{phone} or {phone}", "contact {phone} ext 12", "tel{bare}", "cell{bare}", "whatsapp {mexican}", "llamar {mexican}", "tel {mexican}", "{mexican}",
        "email {email}", "e-mail: {email}", "send invoice to {email}", "correo {email}", "{email} for approval", "mail {email} pls", "VIN {vin}", "vin: {vin}", "vin# {vin}", "VIN no. {vin}", "{vinplain}", "last 8 of vin {vin8}", "VIN last 6 {vin6}", "vin ends in {vin6}", "NIV {vin}", "unit 4410 vin {vin} in bay 3",
        "plate {plate}", "plates: {plate}", "lic plate {plate}", "license plate # {plate}", "TX plate {plate}", "plate TX {plate}", "placas {plate}", "placa {plate}", "tag {plate}", "lic# {plate}", "plate no. {plate} expired", "DL {licence}", "dl# {licence}", "CDL {licence}", "cdl no {licence}", "driver license {licence}",
        "driver's license: {licence}", "licencia {licence}", "licencia num. {licence}", "D.L. {licence}", "SSN {ssn}", "ssn: {ssn}", "RFC {rfc}", "CURP {curp}", "card {card}", "cc {card} exp 09/28", "visa {card}", "pay with {card}", "card on file {card}", "tarjeta {card}", "comdata {card}", "mc# {card}", "card ending in {last4}",
        "lives at {address}", "address {address}", "ship to {address}", "truck is at {address}", "deliver to {address}", "{address}", "pick up at {address}", "domicilio {calle}", "{calle}", "enviar a {calle}", "mail to {pobox}", "{pobox}",
    ];

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private static string[] Words(string words, string except) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Except(except.Split(' ')).ToArray();

    private string Digits(int count, bool first = true) =>
        string.Concat(Enumerable.Range(0, count).Select(i => (char)('0' + _random.Next(first && i == 0 ? 1 : 0, 10))));

    // --- The forms of each kind ------------------------------------------------------------------------------------

    private (string Kind, string Text) Form(string slot) => slot switch
    {
        "phone" => ("phone", Phone(_random.Next(2, 10) + Digits(2, false) + _random.Next(2, 10) + Digits(6, false), anyForm: true)),
        "bare" => ("phone", _random.Next(2, 10) + Digits(2, false) + _random.Next(2, 10) + Digits(6, false)),
        "local" => ("phone", Local(_random.Next(2, 10) + Digits(6, false))),
        "mexican" => ("phone", Mexican()),
        "email" => ("email", Email()),
        "vin" => ("vin", Vin(_random.Next(8))),
        "vinplain" => ("vin", Vin(_random.Next(3))),
        "vin8" => ("vin", Vin(0)[^8..]),
        "vin6" => ("vin", Vin(0)[^6..]),
        "plate" => ("plate", Plate()),
        "licence" => ("licence", Licence()),
        "ssn" => ("licence", $"{Digits(3)}-{Digits(2)}-{Digits(4)}"),
        "rfc" => ("licence", $"{Letters(4)}{_random.Next(60, 99)}0{_random.Next(1, 9)}1{_random.Next(0, 9)}{Letters(1)}{Digits(2)}"),
        "curp" => ("licence", $"{Letters(4)}{_random.Next(60, 99)}0{_random.Next(1, 9)}1{_random.Next(0, 9)}{(_random.Next(2) == 0 ? "H" : "M")}{Letters(5)}0{Digits(1)}"),
        "card" => ("card", Card()),
        "last4" => ("card", Digits(4)),
        "address" => ("address", Address()),
        "calle" => ("address", Calle()),
        "pobox" => ("address", Pick(["P.O. Box ", "PO Box ", "po box ", "P O Box "]) + Digits(4)),
        _ => throw new ArgumentOutOfRangeException(nameof(slot), slot, "No such slot."),
    };

    private string Phone(string d, bool anyForm)
    {
        var (a, b, c) = (d[..3], d[3..6], d[6..]);
        var text = _random.Next(anyForm ? 22 : 8) switch
        {
            0 => $"({a}) {b}-{c}",
            1 => $"{a}-{b}-{c}",
            2 => $"{a}.{b}.{c}",
            3 => $"{a} {b} {c}",
            4 => d,
            5 => $"+1 {a} {b} {c}",
            6 => $"1-{a}-{b}-{c}",
            7 => $"({a}){b}-{c}",
            8 => $"{a}/{b}-{c}",
            9 => $"{a} - {b} - {c}",
            10 => $"({a}) {b} {c}",
            11 => $"+1({a}){b}-{c}",
            12 => $"{a}{b}-{c}",
            13 => $"{a} {b}{c}",
            14 => string.Join(' ', d.ToCharArray()),
            15 => string.Join(' ', d.Select(Spelled)),
            16 => string.Join(' ', a.Select(Spelled)) + " " + string.Join(' ', b.Select(Spelled)) + " " + c,
            17 => $"{a}\u2013{b}\u2013{c}",
            18 => Misread($"{a}-{b}-{c}"),
            19 => Misread($"({a}) {b}-{c}"),
            20 => Misread($"{a} {b} {c}"),
            _ => $"( {a} ) {b}-{c}",
        };
        return text;
    }

    private string Local(string d) => _random.Next(5) switch
    {
        0 => $"{d[..3]}-{d[3..]}",
        1 => $"{d[..3]} {d[3..]}",
        2 => d,
        3 => $"{d[..3]}.{d[3..]}",
        _ => string.Join(' ', d[..3].Select(Spelled)) + " " + d[3..],
    };

    private string Mexican()
    {
        var d = Digits(8);
        var area = Pick(["55", "33", "81"]);
        return _random.Next(6) switch
        {
            0 => $"+52 {area} {d[..4]} {d[4..]}",
            1 => $"{area} {d[..4]} {d[4..]}",
            2 => $"+52 1 {area} {d[..4]} {d[4..]}",
            3 => $"52 {area} {d[..4]}-{d[4..]}",
            4 => $"867 {d[..3]} {d[3..7]}",
            _ => $"045 {area} {d[..4]} {d[4..]}",
        };
    }

    private static string Spelled(char digit) => digit switch
    {
        '0' => "oh",
        '1' => "one",
        '2' => "two",
        '3' => "three",
        '4' => "four",
        '5' => "five",
        '6' => "six",
        '7' => "seven",
        '8' => "eight",
        _ => "nine",
    };

    /// <summary>As a scanner reads it: one or two digits in a number as the letters that look like them.</summary>
    private string Misread(string text)
    {
        var result = new StringBuilder(text);
        for (int i = 1, left = 2; i < result.Length && left > 0; i++)
        {
            var letter = result[i] switch { '0' => 'O', '1' => 'l', '5' => 'S', '8' => 'B', _ => '\0' };
            if (letter != '\0' && char.IsAsciiDigit(result[i - 1]) && _random.Next(2) == 0)
            {
                result[i] = letter;
                left--;
            }
        }
        return result.ToString();
    }

    private string Email()
    {
        var local = Pick(["ray.k", "jmontes88", "shop_office", "dispatch", "m.vdberg", "tjones", "fleet-ap", "billing.dept"]);
        var domain = Pick(["gmail", "yahoo", "hotmail", "fleetco", "bigrigs", "ltltrans", "outlook"]);
        var top = Pick(["com", "com", "net", "org", "mx"]);
        return _random.Next(10) switch
        {
            0 or 1 => $"{local}@{domain}.{top}",
            2 => $"{local} @ {domain}.{top}",
            3 => $"{local}(at){domain}.{top}",
            4 => $"{local} at {domain} dot {top}",
            5 => $"{local}[at]{domain}[dot]{top}",
            6 => $"{local} (at) {domain} (dot) {top}",
            7 => $"{local}@{domain}. com",
            8 => $"{local} arroba {domain} punto {top}",
            _ => $"{local.ToUpperInvariant()}@{domain.ToUpperInvariant()}.{top.ToUpperInvariant()}",
        };
    }

    private string Vin(int form)
    {
        const string Letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
        var maker = Pick(["1FUJA6CK", "1XKYD49X", "1XPBDP9X", "4V4NC9EH", "3AKJHHDR", "1M1AW07Y", "3HSDJAPR", "1FVACXDT"]);
        var vin = maker + Pick(["1", "4", "7", "X"]) + Letters[_random.Next(Letters.Length)] + Letters[_random.Next(Letters.Length)] + Digits(6);
        return form switch
        {
            1 => vin.ToLowerInvariant(),
            2 => vin.Replace('0', 'O'),
            3 => $"{vin[..4]} {vin[4..8]} {vin[8..11]} {vin[11..]}",
            4 => $"{vin[..8]}-{vin[8..]}",
            5 => Misread(vin),
            6 => $"{vin[..11].ToLowerInvariant()} {vin[11..]}",
            7 => string.Join(' ', vin.ToCharArray()),
            _ => vin,
        };
    }

    private string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => "ABCDFGHJKLMNPRTVWXZ"[_random.Next(19)]));

    private string Plate() => _random.Next(9) switch
    {
        0 => $"{Letters(3)}{Digits(4)}",
        1 => $"{Letters(3)}-{Digits(4)}",
        2 => $"{Letters(3)} {Digits(4)}",
        3 => $"{Digits(1)}{Letters(3)}{Digits(3)}",
        4 => $"R{Digits(2)} {Digits(4)}",
        5 => $"{Digits(2)}-{Letters(2)}-{Digits(1)}{Letters(1)}",
        6 => $"{Letters(3)}{Digits(4)}".ToLowerInvariant(),
        7 => $"{Letters(1)}{Digits(6)}",
        _ => $"{Digits(3)}-{Letters(2)}-{Digits(1)}",
    };

    private string Licence() => _random.Next(8) switch
    {
        0 => Digits(8),
        1 => $"{Letters(1)}{Digits(7)}",
        2 => $"{Letters(1)}{Digits(3)}-{Digits(3)}-{Digits(2)}-{Digits(3)}-0",
        3 => $"{Digits(3)} {Digits(3)} {Digits(3)}",
        4 => $"{Letters(1)}{Digits(3)}-{Digits(4)}-{Digits(4)}",
        5 => $"TX {Digits(8)}",
        6 => $"{Letters(1)}{Digits(12)}",
        _ => Misread(Digits(8)),
    };

    private string Card()
    {
        var d = Pick(["4", "51", "54", "4"]);
        d += Digits(15 - d.Length, false);
        d += Check(d);
        return _random.Next(7) switch
        {
            0 => d,
            1 or 2 => $"{d[..4]} {d[4..8]} {d[8..12]} {d[12..]}",
            3 => $"{d[..4]}-{d[4..8]}-{d[8..12]}-{d[12..]}",
            4 => Misread($"{d[..4]} {d[4..8]} {d[8..12]} {d[12..]}"),
            5 => Amex(),
            _ => $"{d[..4]}.{d[4..8]}.{d[8..12]}.{d[12..]}",
        };
    }

    private string Amex()
    {
        var d = "37" + Digits(12, false);
        d += Check(d);
        return $"{d[..4]} {d[4..10]} {d[10..]}";
    }

    private static char Check(string digits)
    {
        var sum = 0;
        for (var k = 0; k < digits.Length; k++)
        {
            var digit = digits[^(k + 1)] - '0';
            sum += k % 2 == 1 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
        }
        return (char)('0' + (10 - sum % 10) % 10);
    }

    private string Address()
    {
        var number = Digits(_random.Next(3, 6));
        var street = Pick(["W Main St", "Industrial Blvd", "Mines Rd", "N Zarzamora Street", "Old Mill Rd", "Killam Industrial Blvd", "Trade Center Pkwy", "E Saunders St", "5th Ave", "Commerce Dr", "Oak Hollow Ln", "S Zapata Hwy", "Quail Creek Drive", "FM 1472", "County Road 305", "US Hwy 59"]);
        return _random.Next(6) switch
        {
            0 => $"{number} {street}, Laredo, TX 78045",
            1 => $"{number} {street} Suite 200",
            2 => $"{number} {street}, Odessa TX",
            3 => $"{number} {street} #12",
            _ => $"{number} {street}",
        };
    }

    private string Calle()
    {
        var street = Pick(["Calle Hidalgo", "calle Morelos", "Av. Juárez", "Avenida Reforma", "Blvd. Díaz Ordaz", "Calle 5 de Mayo", "Calz. del Valle"]);
        street = street.Replace("5 de Mayo", "Cinco de Mayo", StringComparison.Ordinal);
        return _random.Next(4) switch
        {
            0 => $"{street} {Digits(3)} Col. Centro",
            1 => $"{street} No. {Digits(4)}",
            2 => $"{street} #{Digits(3)}",
            _ => $"{street} {Digits(3)}",
        };
    }

    private sealed class Writer(PrivacyNotes notes)
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _rest = new();
        private readonly List<(string, string)> _secrets = [];

        public void Sentence(string template, int casing)
        {
            if (_text.Length > 0)
            {
                // A signature is set off from what is before it.
                var separator = template.StartsWith('-') ? notes.Pick(["\n", "\n", " "]) : notes.Pick([". ", ". ", ", ", "\n", "; ", " / "]);
                if (char.IsUpper(template[0]) && separator is ", " or "; " or " / ")
                    separator = ". ";
                _text.Append(separator);
            }
            for (var i = 0; i < template.Length;)
            {
                var end = template[i] == '{' ? template.IndexOf('}', i) : -1;
                if (end < 0)
                {
                    Append(template[i++].ToString(), casing, secret: null);
                    continue;
                }
                var slot = template[(i + 1)..end];
                i = end + 1;
                switch (slot)
                {
                    case "k":
                        Append($"{notes._random.Next(20, 999)},{notes.Digits(3, false)}", casing, null);
                        break;
                    case [>= '1' and <= '9']:
                        Append(notes.Digits(slot[0] - '0'), casing, null);
                        break;
                    case "n":
                        Append($"{notes.Pick(Given)} {notes.Pick(Family)}", casing, "name");
                        break;
                    case "g":
                        Append(notes.Pick(Given), casing, "name");
                        break;
                    case "s":
                        Append($"{notes.Pick(Given)} {notes.Letters(1)}.", casing, "name");
                        break;
                    case "f":
                        Append(notes.Pick(Family), casing, "name");
                        break;
                    case "p":
                        Append($"{notes.Pick(Given)} de la {notes.Pick(Family)}", casing, "name");
                        break;
                    case "q":
                        Append($"{notes.Letters(1)}. {notes.Pick(Family)}", casing, "name");
                        break;
                    case "t":
                        Append($"{notes.Letters(1)}.{notes.Letters(1)}. {notes.Pick(Family)}", casing, "name");
                        break;
                    case "r":
                        Append($"{notes.Pick(Given)} {notes.Pick(Family)} Jr.", casing, "name");
                        break;
                    case "h":
                        Append($"{notes.Pick(Given)} {notes.Pick(Family)}-{notes.Pick(Family)}", casing, "name");
                        break;
                    case "w":
                        Append(notes.Pick(WordNames), casing, "name");
                        break;
                    case "i":
                        Append(notes.Pick(Initials), casing, "name");
                        break;
                    default:
                        var (kind, text) = notes.Form(slot);
                        Append(text, casing, kind);
                        break;
                }
            }
            _rest.Append('\n');
        }

        public PrivacyNote Note() => new(_text.ToString(), _secrets, _rest.ToString());

        private void Append(string text, int casing, string? secret)
        {
            text = casing switch
            {
                1 => text.ToLower(CultureInfo.InvariantCulture),
                2 => text.ToUpper(CultureInfo.InvariantCulture),
                _ => text,
            };
            _text.Append(text);
            if (secret is null)
            {
                _rest.Append(text);
                return;
            }
            _secrets.Add((secret, text));
            _rest.Append(' ');
        }
    }
}
