using System.Globalization;

namespace Woflo.Domain.Enrichment;

/// <summary>The words of the trade, English and Spanish, lower case and without accents.
/// A line is <c>Kind Value Weight: phrase; phrase</c>. <c>word*</c> is any word that begins so; <c>~</c> stands for up to five words.
/// A weight of 0 names no category: it keeps a word inside the phrase from doing so.</summary>
internal static class LexiconTable
{
    private const string Categories = """
        Category Engine 3: engine; engines; motor; crankcase; cylinder; oil pressure; head gasket; valve cover; oil leak*; misfir*; oil pan; rod knock; camshaft; crankshaft; blow by; blowby; presion de aceite; fuga de aceite; tira aceite; rocker; valve adjust*; valve set; jake brake; engine brake; compression brake
        Category Engine 2: no start; wont start; doesnt start; cranks; no arranca; no prende; low power; loss of power; sin fuerza; derat*
        Category Engine 1: oil; aceite; knock*
        Category Fuel 3: fuel; injector*; fuel filter*; fuel pump; lift pump; fuel rail; diesel leak*; combustible; inyector*; bomba de combustible; fuel tank; water in fuel; primer pump
        Category Cooling 3: coolant; antifreeze; radiator*; water pump; thermostat*; overheat*; fan clutch; surge tank; heater hose; anticongelante; radiador; se calienta; calentando; bomba de agua; running hot; runs hot
        Category AirIntakeTurbo 3: turbo*; charge air; cac; intercooler; boost; air filter; intake; wastegate; vgt; filtro de aire; manifold pressure
        Category Aftertreatment 3: dpf; scr; def; nox; doc; egr; regen*; aftertreatment; after treatment; particulate filter; doser; urea; adblue; inducement; exhaust fluid; 5 mph; exhaust; escape; hollin; soot; ash load
        Category Electrical 3: battery; batteries; alternator; starter; wiring; wire; wires; harness; short circuit; blown fuse; fuse; fuses; light*; headlight*; headlamp*; marker; taillight*; turn signal*; luces; luz; bateria*; alternador; arranque; ground cable; corroded connector; module; can bus; parasitic draw; horn; wiper*; charging; brake light*; jump start*; jumpstart*; needed ~ jump; cranks slow*; slow crank*; no crank; dead battery
        Category Brakes 4: brake*; abs; slack adjuster*; brake chamber*; drum; drums; rotor*; caliper*; brake shoe*; brake pad*; air dryer; air compressor; s cam; spring brake*; parking brake; glad hand*; freno*; balata*; zapata*; camara de freno
        Category Steering 4: steering; steering wheel; tie rod*; drag link; king pin*; kingpin*; steering box; power steering; pitman; direccion; volante; wander*; pulls left; pulls right; pull left; pull right; alignment; alineacion; jala a la
        Category Suspension 3: suspension; air bag; air bags; airbag*; leaf spring*; shock; shocks; torque rod*; u bolt*; spring hanger; leveling valve; ride height; muelle*; amortiguador*; bolsa de aire; bolsas de aire; equalizer
        Category TiresWheels 4: tire; tires; tyre*; flat tire; wheel seal*; wheel bearing*; lug nut*; rim; rims; hub; hubs; wheel end; wheel; wheels; tread; blowout; blew out; llanta*; rueda*; birlo*; valve stem; sidewall
        Category Drivetrain 3: driveline; drive shaft; driveshaft; u joint*; ujoint*; carrier bearing; differential; diff; axle seal; rear end; axle shaft; cardan; crucet*; diferencial; flecha; pinion seal; clunk*
        Category Transmission 3: transmission; trans; clutch; gear; gears; shift*; grinds; grinding gear*; embrague; cloch; transmision; caja de velocidades; cambios; synchro; allison; ultrashift; dt12; torque converter
        Category Hvac 3: a c; ac; air conditioning; hvac; heater; blower; blower motor; refrigerant; freon; condenser; evaporator; compressor clutch; defrost*; aire acondicionado; calefaccion; cab heat; no heat; no enfria; blows hot; blows warm
        Category BodyCab 3: door; doors; hood; bumper; fender; mirror*; windshield; seat; cab mount*; sleeper; fairing; puerta*; espejo*; parabrisas; cofre; defensa; asiento; latch; cracked glass; window regulator; mud flap*; step broken; frame; crossmember*
        Category TrailerCoupling 4: fifth wheel; 5th wheel; quinta rueda; landing gear; king pin lock; pintle; hitch; reefer; roll door; liftgate; lift gate; coupling; coupler; uncoupl*; wont hook; not hook*
        Category TrailerCoupling 2: trailer; remolque; caja seca
        Category HydraulicsPto 3: hydraulic*; pto; power take off; wet kit; dump bed; hoist; ram; cylinder leak*; hydraulic cylinder; hydraulic pump; hidraulic*; toma de fuerza; volteo
        Category PmService 4: pm; pm a; pm b; pm service; preventive maintenance; oil change; lube; grease; greased; service due; oil and filter*; full service; cambio de aceite; servicio; mantenimiento; engrase; fluids
        Category DotInspection 5: dot; dot inspection; annual inspection; federal inspection; bit inspection; roadside inspection; fmcsa; inspeccion; inspection sticker; annual dot
        Category Other 3: wash; detail; decal*; weld*; fabricat*; software update; telematics; eld; dash cam; camera; lavado; soldadura; recall; warranty campaign
        Category Unknown 0: check engine light; check engine; engine light; warning light*; dash light*; stop engine light; light load*; lights up; light on; light is on; mile marker*
        """;

    private const string Safety = """
        SafetyPart Brakes 1: brake*; abs; slack adjuster*; parking brake; spring brake*; brake chamber*; glad hand*; freno*; balata*; air pressure; presion de aire
        SafetyPart Steering 1: steering; steer axle; tie rod*; drag link; king pin*; kingpin*; direccion; volante; wander*; pitman
        SafetyPart Electrical 1: headlight*; headlamp*; brake light*; taillight*; tail light*; turn signal*; marker light*; lights; horn; wiper*; luces; claxon; limpiaparabrisas
        SafetyPart TiresWheels 1: tire; tires; lug nut*; wheel; wheels; wheel bearing*; wheel seal*; rim; rims; hub; llanta*; rueda*; birlo*
        SafetyPart TrailerCoupling 1: fifth wheel; 5th wheel; quinta rueda; king pin lock; pintle; coupling; coupler; landing gear; safety chain*
        SafetyPart BodyCab 1: mirror*; frame; crossmember*; windshield; fire extinguisher; triangles; seat belt*; seatbelt*; espejo*; extintor; chasis
        SafetyPart Suspension 1: suspension; leaf spring*; u bolt*; torque rod*; spring hanger; air bag; air bags; muelle*
        SafetyPart Drivetrain 1: driveline; drive shaft; driveshaft; u joint*; ujoint*; carrier bearing; cardan; crucet*
        SafetyPart Fuel 1: fuel smell; smell* fuel; smell* diesel; olor a diesel
        SafetyPart Aftertreatment 1: exhaust smell; smell* exhaust; fumes
        Danger Brakes 1: no brake; no brakes; no brake pressure; brake* fail*; brake* fad*; brake* not work*; brake* wont; brakes gone; lost brake*; lost ~ brakes; pedal ~ floor; pedal al fondo; pedal se va; wont stop; doesnt stop; cant stop; barely stop*; hard to stop; takes ~ long ~ stop; not stopping; wont hold air; not hold* air; losing air; loses air; loss of air; air leak*; leak* air; low air; fuga de aire; pierde aire; tira aire; no frena; sin frenos; se queda* sin frenos; brake* grind*; grind* ~ brak*; metal on metal; metal to metal; brake* ~ cracked; cracked drum; cracked rotor; brake* lock* up; brake* drag*; brake* smok*; smok* brake*; brake* out of adjustment; slack ~ out of adjustment; pushrod ~ out; brake* ~ leak*; frenos ~ fallan; frena* mal; low brake pressure; parking brake ~ hold; parking brake ~ not
        Danger Steering 1: steering ~ loose; loose steering; steering ~ play; play ~ steering; steering ~ lock*; steering ~ bind*; hard to steer; no power steering; lost ~ steering; steering fail*; tie rod ~ loose; loose tie rod; tie rod ~ play; play ~ tie rod; king pin ~ play; kingpin ~ play; drag link ~ loose; drag link ~ play; cant steer; wanders; wandering; wander ~ road; steering wheel ~ shak*; death wobble; volante ~ flojo; volante ~ juego; direccion ~ dura; direccion ~ floja; juego ~ direccion; steering ~ leak*
        Danger TiresWheels 1: wheel ~ loose; loose wheel; loose lug*; lug nut* ~ loose; missing lug*; lug* missing; broken stud*; cracked rim; rim ~ cracked; cracked wheel; wheel fell; wheel came off; lost ~ wheel; cord ~ showing; cords showing; showing cord*; steel showing; tire ~ bulg*; bulge ~ tire; sidewall ~ cut; cut ~ sidewall; sidewall ~ bulg*; bald; tread separat*; blowout; blew ~ tire; tire blew; flat tire; tire flat; flat ~ steer; wheel bearing ~ play; wheel seal leak*; wheel seal ~ leak*; wheel ~ smok*; wheel ~ hot; hub ~ hot; rueda ~ floja; birlos ~ flojos; llanta ponchada; llanta ~ ponchada; llanta lisa; llantas lisas
        Danger Electrical 1: headlight* ~ out; headlight* ~ not; headlamp* ~ out; no headlight*; no lights; no brake lights; brake light* ~ out; brake light* ~ not; tail light* ~ out; taillight* ~ out; turn signal* ~ out; turn signal* ~ not; marker light* ~ out; lights ~ out; lights ~ not work*; light* inop; horn ~ not; horn inop; no horn; wiper* ~ not; wiper* inop; wiper* ~ quit; no wipers; wires ~ burn*; burnt wir*; melted wir*; luces ~ no; no ~ luces; sin luces; limpiaparabrisas ~ no
        Danger TrailerCoupling 1: fifth wheel ~ lock; 5th wheel ~ lock; fifth wheel ~ latch; 5th wheel ~ latch; fifth wheel ~ loose; 5th wheel ~ loose; wont lock; wont latch; not lock*; jaws ~ lock; jaws ~ close; trailer ~ came loose; dropped ~ trailer; trailer came off; pintle ~ crack*; quinta ~ no cierra; quinta ~ floja; no engancha
        Danger BodyCab 1: cracked frame; frame ~ crack*; crack ~ frame; crossmember ~ crack*; broken frame; frame ~ broken; cracked crossmember; mirror ~ missing; missing mirror; mirror ~ broken; broken mirror; hood ~ latch; hood flew; windshield ~ cracked; no seat belt; seat belt ~ broken; chasis ~ quebrado; chasis ~ roto
        Danger Suspension 1: broken leaf; leaf ~ broken; broken spring*; spring ~ broken; broken u bolt; u bolt ~ broken; cracked spring hanger; spring hanger ~ crack*; torque rod ~ broken; broken torque rod; air bag ~ blown; air bag ~ blew; blown air bag; axle shifted; muelle ~ rot*; muelle ~ quebrad*
        Danger Drivetrain 1: driveline ~ loose; u joint ~ loose; u joint ~ play; driveshaft ~ fell; drive shaft ~ fell; driveline ~ fell; carrier bearing ~ loose; driveline vibrat*; driveshaft ~ play; cardan ~ flojo; crucet* ~ juego
        Danger Fuel 1: fuel ~ leak*; leak* ~ fuel; leak* diesel; diesel ~ leak*; fuel ~ dripping; dripping ~ fuel; dripping diesel; fuga de combustible; fuga de diesel; tira diesel; tirando diesel; fuel tank ~ crack*; tank strap ~ broken
        Danger Engine 1: fire; caught fire; flames; on fire; smoke ~ cab; smoke from ~ dash; fuego; incendio; runaway; se incendio; stuck throttle; throttle ~ stick*; throttle ~ stuck
        Danger Aftertreatment 1: exhaust ~ cab; fumes ~ cab; exhaust leak*; humo en la cabina; fuga de escape; carbon monoxide
        """;

    private const string Observations = """
        Symptom noise 1: noise; noisy; knock*; squeal*; grind*; clunk*; rattl*; whine*; whining; hum; humming; click*; hiss*; ruido; rechina; golpe*; squeak*
        Symptom leak 1: leak*; drip*; seep*; puddle; fuga; fugas; gotea; tira aceite; tirando
        Symptom smoke 1: smok*; humo; black smoke; white smoke
        Symptom vibration 1: vibrat*; shak*; shimmy; wobbl*; vibra; vibracion; tiembla
        Symptom no_start 1: no start; wont start; will not start; doesnt start; cranks ~ no; no crank; no arranca; no prende; no quiere arrancar
        Symptom hard_start 1: hard start*; hard to start; long crank; tarda en arrancar
        Symptom overheating 1: overheat*; running hot; runs hot; temp ~ high; high temp*; se calienta; calentando
        Symptom loss_of_power 1: loss of power; low power; no power; lacks power; lost power; derat*; sluggish; sin fuerza; pierde fuerza; sin potencia; limp mode; 5 mph
        Symptom warning_light 1: check engine; cel; warning light; dash light; abs light; lamp ~ on; light ~ on; mil ~ on; stop engine light; foco ~ prendido; luz ~ prendida; testigo
        Symptom stall 1: stall*; dies; shuts off; shuts down; shut down; se apaga
        Symptom misfire 1: misfir*; rough idle; runs rough; running rough; idles rough; falla el motor
        Symptom smell 1: smell*; odor; burning smell; huele; olor
        Symptom pull 1: pull*; drifts; wander*; jala; se va de lado
        Symptom low_pressure 1: low oil pressure; low air; low fuel pressure; low boost; baja presion
        Symptom no_heat_or_cooling 1: no heat; blows hot; blows warm; not cold; no cold air; no enfria; no calienta
        Symptom wear 1: worn; bald; cracked; uneven wear; gastad*; lisa; lisas; out of adjustment
        Symptom inoperative 1: inop*; not working; doesnt work; wont work; quit working; no funciona; no sirve; stuck; broken; quebrad*
        Condition cold 1: when cold; cold start*; in the morning; mornings; en frio; overnight; cold weather
        Condition hot 1: when hot; when warm; warmed up; en caliente; hot weather
        Condition idle 1: at idle; idling; idle; al ralenti; parado
        Condition under_load 1: under load; loaded; uphill; up hill; up grade; on grades; pulling ~ grade; pulling hills; con carga; subiendo; en subida; cuesta arriba
        Condition highway_speed 1: highway; at speed; freeway; interstate; above ~ mph; over ~ mph; mph; en carretera
        Condition braking 1: when braking; while braking; under braking; when stopping; al frenar
        Condition turning 1: when turning; in turns; turning left; turning right; al dar vuelta
        Condition intermittent 1: intermittent*; sometimes; on and off; comes and goes; random*; a veces; de vez en cuando
        Condition after_service 1: after service; since ~ replaced; after repair; came back; comeback; again; otra vez; regreso
        Immobile no 1: towed; tow; tow truck; wont start; no start; will not start; wont move; will not move; not drivable; undrivable; broke down; broken down; dead on ~ road; stranded; no arranca; no prende; grua; varado; no camina; needs a tow; stuck on ~ road; no crank
        Driven yes 1: drove in; driven in; drove it in; driver drove; still drivable; drives fine; still driving; llego manejando
        Mileage yes 1: miles; mileage; odometer; odo; km; kilometros; millas; millaje
        Position yes 1: front; rear; left; right; lf; rf; lr; rr; steer axle; drive axle; driver side; passenger side; inner; outer; inside; outside; delanter*; traser*; izquierd*; derech*; axle
        """;

    public static IEnumerable<Term> Terms() => Parse(Categories).Concat(Parse(Safety)).Concat(Parse(Observations)).Concat(KnownJobs.Terms());

    internal static IEnumerable<Term> Phrases(TermKind kind, string value, int weight, string phrases) =>
        phrases.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(phrase => new Term(kind, value, weight, phrase.Split(' ')));

    private static IEnumerable<Term> Parse(string table)
    {
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var head = line[..colon].Split(' ');
            foreach (var term in Phrases(Enum.Parse<TermKind>(head[0]), head[1], int.Parse(head[2], CultureInfo.InvariantCulture), line[(colon + 1)..]))
                yield return term;
        }
    }
}
