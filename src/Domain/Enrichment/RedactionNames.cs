using System.Buffers;

namespace Woflo.Domain.Enrichment;

/// <summary>People's names: by the words around them, by capitals where those mean something, and by lists of common ones.</summary>
internal sealed partial class RedactionScan
{
    private const int MaxNameTokens = 6;

    /// <summary>How sure the words before it are that a name follows.</summary>
    private enum Cue
    {
        None,

        /// <summary>"for", "by": an unknown word with a capital.</summary>
        Weak,

        /// <summary>"driver", "per", "called": also one without, unless it looks like a slip of the pen.</summary>
        Role,

        /// <summary>"spoke with": any unknown word.</summary>
        Strong,

        /// <summary>"Mr.": whatever comes.</summary>
        Title,
    }

    private static readonly HashSet<string> Titles = RedactionWords.Set("mr mrs ms mister sr sra srta senor senora don dona");

    private static readonly HashSet<string> Roles = RedactionWords.Set(
        "driver drv drvr drivers operator oper op cust custmer customer client owner tech technician mechanic mech advisor adviser writer foreman dispatcher dispatch supervisor manager mgr boss super helper apprentice "
        + "salesman rep codriver contact attn attention chofer operador conductor cliente mecanico tecnico dueno duena jefe encargado encargada supervisora despachador gerente ayudante wife husband partner officer trooper deputy sgt sergeant inspector capt ofc ofcr "
        + "name nombre named signed signature firma firmado signee approver requester caller employee empleado assistant secretary esposa esposo hermano hijo hija amigo compadre primo tio lic ing");

    /// <summary>After these a full stop shortens the word and ends no sentence.</summary>
    private static readonly HashSet<string> Shortened = RedactionWords.Set("mr mrs ms sr sra srta drv drvr op oper cust tech mech mgr attn sgt capt ofc ofcr lic ing rep st dr");

    private static readonly Dictionary<string, Cue> Phrases = PhraseTable();

    private static readonly HashSet<string> Says = RedactionWords.Set(
        "called calls says said sez state states stated advised advises wants wanted requested requests authorized authorizes approved approves okayed asked asks told complained complains mentioned texted emailed signed confirmed declined "
        + "thinks thought phoned agreed insists insisted swears claims claimed dijo dice llamo trajo autorizo pidio quiere recogio dejo firmo aviso reporto comenta menciono pide avisa solicita solicito aprobo");

    private static readonly HashSet<string> Does = RedactionWords.Set(
        "reports reported noticed notices noted found replaced checked brought picked dropped drove came waiting going coming paid picking dropping bringing worked working inspected diagnosed installed left took heard saw felt tried showed "
        + "checks finds revisa reviso cambio espera viene");

    private static readonly HashSet<string> Is = RedactionWords.Set("will needs has had was is esta fue necesita");

    /// <summary>What people do and parts do not.</summary>
    private static readonly HashSet<string> Moves = RedactionWords.Set("noticed notices picked picking dropped dropping brought bringing drove heard felt saw reported thinks paid will tried inspected diagnosed");

    private static readonly HashSet<string> Between = RedactionWords.Set("just also then already later has had still again really ya tambien");

    /// <summary>What may come behind a name that is also a word or a make. A noun may not.</summary>
    private static readonly HashSet<string> Follow = RedactionWords.Set(
        "about re regarding on at and or to for from with w who that he she they is was will has had if because but in before after since today tomorrow yesterday by as this monday tuesday wednesday thursday friday saturday sunday "
        + "sobre que para y en por a el ya hoy ayer manana con de del cuando if when once asap again back early late also then so says");

    /// <summary>What shows that a make's name is a person's: he is spoken with about something, not asked for parts.</summary>
    private static readonly HashSet<string> FollowPerson = RedactionWords.Set("about re regarding who he she they that sobre que is was will has had at on today tomorrow yesterday and to if when because but cuando y con in");

    private static readonly HashSet<string> Determiners = RedactionWords.Set("the a an this that these those his her our their my your its new old another each every el la los las un una este esta ese esa su nuestro san santa saint fort ft port mount mt lake rio puerto ciudad cd villa bowie el");

    private static readonly HashSet<string> Places = RedactionWords.Set("san santa saint st fort ft port mount mt lake rio puerto ciudad cd villa los las el");

    private static readonly HashSet<string> Particles = RedactionWords.Set("de la del los las van von der den bin ibn al el san da dos di mac mc st le");
    private static readonly HashSet<string> Suffixes = RedactionWords.Set("jr sr ii iii iv");

    /// <summary>In lower case, after "driver" or "customer", these are verbs and papers.</summary>
    private static readonly HashSet<string> Verbs = RedactionWords.Set("will may mark bill can pat grant chase skip drew sue cash price hunt rush case key page case good long short light miles reed west east north young old wise strong sharp green black white brown gray red rock stone love best day hope joy faith grace dawn");

    private static readonly HashSet<string> Companies = RedactionWords.Set("trucking transport transportation transportes trans logistics freight lines line express leasing rental inc llc corp co company ltd group services service enterprises industries carriers carrier hauling farms construction fleet foods oil energy trucks trk towing");

    private static readonly HashSet<string> Owned = RedactionWords.Set("truck unit number phone cell wife husband email tractor rig keys semi pickup trailer approval ok okay request number signature card boss son brother camion troca");

    private static readonly HashSet<string> Thanks = RedactionWords.Set("thanks thx thank you ty regards gracias saludos atte sincerely signed tks atentamente cheers");

    private static Dictionary<string, Cue> PhraseTable()
    {
        var table = new Dictionary<string, Cue>(StringComparer.Ordinal);
        Add(Cue.Strong, "spoke spk spoken speak speaking talk talked talking tlkd chat chatted met meet", "with w to wit");
        Add(Cue.Role, "confirmed verified discussed checked check coordinate coordinated left leave work worked working followed", "with w");
        Add(Cue.Strong, "ask asked asking look looking", "for");
        Add(Cue.Strong, "hable hablar hablo hablamos platique platicar hablado", "con");
        Add(Cue.Strong, "preguntar pregunte pregunten pregunta", "por");
        Add(Cue.Strong, "llamar llame llamarle llamo avisar avise avisarle dile decirle dijimos marcarle marcar entregar entregue", "a al");
        Add(Cue.Role, "approved authorized okd okayed ok signed requested reported dropped picked written inspected repaired completed diagnosed diag done performed installed brought driven verified called serviced checked autorizado firmado aprobado reportado revisado reparado solicitado", "by off up in por");
        Add(Cue.Strong, "name nombre names", "is s es");
        Add(Cue.Strong, "se me", "llama llamo");
        Add(Cue.Role, "parte", "de");
        Add(Cue.Role, "bill call back return returned belongs hold done ready keys key paperwork estimate invoice", "to for with from");
        Add(Cue.Role, "up off in out down over", "by");
        Add(Cue.Role, "thank", "you");
        foreach (var word in Set("told tell notify notified informed texted emailed msg messaged per attn contacted asked called phoned call contact text email notifying seen see hi hello hey dear segun soy habla thx thanks thank gracias advised advise paged"))
            table[word] = Cue.Role;
        foreach (var word in Set("by for from w with to para por con via states says said stated claims that and y"))
            table.TryAdd(word, Cue.Weak);
        foreach (var word in Roles)
            table[word] = Cue.Role;
        foreach (var word in Titles)
            table[word] = Cue.Title;
        foreach (var first in Roles)
        {
            table.TryAdd(first + " is", Cue.Weak);
            table.TryAdd(first + " was", Cue.Weak);
        }
        return table;

        void Add(Cue cue, string firsts, string seconds)
        {
            foreach (var first in Set(firsts))
            {
                foreach (var second in Set(seconds))
                    table[first + " " + second] = cue;
            }
        }

        static IEnumerable<string> Set(string words) => words.Split(' ');
    }

    private enum Sort
    {
        NoName,

        /// <summary>A known name that is nothing else.</summary>
        Plain,

        /// <summary>A known name that is also a word or a make.</summary>
        Ambiguous,
        Unknown,
        Initial,
    }

    private Sort SortOf(int i)
    {
        var token = _tokens[i];
        if (token.Kind is not null || token.Text.Length == 0)
            return Sort.NoName;
        if (token.TrueDigits > 0)
            return IsMisreadName(token.Text) ? Sort.Plain : Sort.NoName;
        if (token.Text.Length == 1)
            return char.IsLetter(token.Text[0]) ? Sort.Initial : Sort.NoName;
        if (Roles.Contains(token.Text))
            return Sort.NoName;
        if (RedactionWords.IsPlainName(token.Text))
            return Sort.Plain;
        if (RedactionWords.IsKnownName(token.Text))
            return Sort.Ambiguous;
        return RedactionWords.IsCommon(token.Text) || Phrases.ContainsKey(token.Text) || Says.Contains(token.Text) || Does.Contains(token.Text) || Is.Contains(token.Text) || Companies.Contains(token.Text) || Highways.Contains(token.Text)
            || StreetTypes.Contains(token.Text) || Announcing.Words.Contains(token.Text) || Follow.Contains(token.Text) || token.Text.AsSpan().IndexOfAnyInRange('0', '9') >= 0
            ? Sort.NoName
            : Sort.Unknown;
    }

    /// <summary>Words that announce something, and are no names themselves.</summary>
    private static class Announcing
    {
        public static readonly HashSet<string> Words = [.. PhoneLabels, .. CardLabels, .. IdLabels, .. VinLabels, .. ThingLabels, .. PlateLabels, .. AddressLabels, .. SpanishStreetTypes];
    }

    /// <summary>"J0hn", "Mar1a".</summary>
    private static bool IsMisreadName(string text)
    {
        if (text.Length < 4 || !char.IsAsciiLetter(text[0]) || text.Count(char.IsAsciiDigit) * 3 > text.Length)
            return false;
        var letters = text.Replace('0', 'o').Replace('5', 's').Replace('3', 'e').Replace('4', 'a');
        return RedactionWords.IsPlainName(letters.Replace('1', 'i')) || RedactionWords.IsPlainName(letters.Replace('1', 'l'));
    }

    /// <summary>A capital and small letters behind it: Maria, O'Brien, McDonald.</summary>
    private bool IsTitle(Piece token) =>
        char.IsUpper(_text[token.Start]) && token.End - token.Start > 1 && _text.AsSpan(token.Start + 1, token.End - token.Start - 1).ContainsAnyInRange('a', 'z');

    private bool IsUpper(Piece token)
    {
        foreach (var c in _text.AsSpan(token.Start, token.End - token.Start))
        {
            if (char.IsLetter(c) && !char.IsUpper(c))
                return false;
        }
        return true;
    }

    /// <summary>Whether capitals mean something on a token's line: not where everything is in them, nor where every word begins with one.</summary>
    private bool IsMixedCase(int at) => (_mixedCase ??= MixedCase())[at];

    private bool[]? _mixedCase;

    private bool[] MixedCase()
    {
        var mixed = new bool[_tokens.Count];
        for (var from = 0; from < _tokens.Count;)
        {
            var to = from;
            int words = 0, upper = 0, title = 0;
            do
            {
                if (_tokens[to] is { IsWord: true, Text.Length: >= 3 } word)
                {
                    words++;
                    upper += IsUpper(word) ? 1 : 0;
                    title += IsTitle(word) ? 1 : 0;
                }
                to++;
            }
            while (to < _tokens.Count && !HasNewLine(Gap(_tokens[to - 1], _tokens[to])));
            Array.Fill(mixed, upper * 2 <= words && !(words >= 5 && title * 3 > words * 2), from, to - from);
            from = to;
        }
        return mixed;
    }

    private bool HasCapital(int i) => IsTitle(_tokens[i]) && IsMixedCase(i);

    private Hit? Name(int i)
    {
        var sort = SortOf(i);
        // The one make that is written like a person's whole name.
        if (_tokens[i].Text == "john" && TextAt(i + 1) == "deere")
            return null;
        if (sort == Sort.NoName)
            return CueBefore(i) == Cue.Title && IsTitledWord(i) ? Named(i, Grown(i)) : null;
        if (Left(1) is { Kind: null } before && Places.Contains(before.Text) && GapBefore(i) is " " or ". ")
        {
            // San Antonio is a town, and "de la Cruz" belongs to the name before it.
            if (sort != Sort.Unknown || before.Text is not ("el" or "los" or "las"))
                return null;
        }
        var cue = CueBefore(i);
        var next = Grown(i);
        var isName = sort switch
        {
            Sort.Plain => true,
            Sort.Initial => IsInitialOfName(i, next, cue),
            Sort.Ambiguous => IsAmbiguousName(i, next, cue),
            _ => IsUnknownName(i, next, cue),
        };
        return isName ? Named(i, next) : null;
    }

    private bool IsTitledWord(int i) =>
        _tokens[i] is { IsWord: true, Text.Length: >= 2 } token && (HasCapital(i) || !IsMixedCase(i) && IsUpper(token)) && !Says.Contains(token.Text) && !Follow.Contains(token.Text)
        && Left(1) is { Text: "mr" or "mrs" or "ms" or "mister" or "sr" or "sra" or "srta" };

    private Hit Named(int i, int next) =>
        Tokens(PersonalData.Name, i, next, string.Join(' ', _tokens.Skip(i).Take(next - i).Select(token => token.Text)));

    private bool IsInitialOfName(int i, int next, Cue cue) =>
        IsUpper(_tokens[i])
        && (next > i + 1 && _tokens[next - 1].Text.Length > 1 && GapAfter(i).StartsWith(".")
            || (cue >= Cue.Role || IsSignature(i, next)) && next > i + 1
            || (cue >= Cue.Weak && next > i + 1 && GapAfter(i).StartsWith(".")))
        // "225 F. enviar" is no F. Enviar.
        && (cue >= Cue.Role || next == i + 1 || HasCapital(next - 1));

    private bool IsAmbiguousName(int i, int next, Cue cue)
    {
        var text = _tokens[i].Text;
        var isBrand = RedactionWords.Brands.Contains(text);
        if (cue == Cue.Title || IsSignature(i, next))
            return true;
        if (Left(1) is { } before && GapBefore(i) is " " && (Determiners.Contains(before.Text) || (before.IsNumber && before.Text.Length is 2 or 4)))
            return false;
        // A second name makes it the first one.
        if (next > i + 1 && HasCapital(i) && (cue >= Cue.Role || IsSecondName(i, next, isBrand)) && !IsNounAfter(next, isBrand))
            return true;
        var isLower = !HasCapital(i);
        if (isLower && next > i + 1 && Speaks(next, Says))
            return true;
        if (isLower && Left(1) is { Kind: not null })
            return false;
        if (cue >= Cue.Role && !(isLower && Verbs.Contains(text) && Left(1) is { } role && Roles.Contains(role.Text) && !Speaks(next, Says) && !Speaks(next, Does)))
            return isBrand && IsAskedForParts() ? FollowsPerson(next) : !IsNounAfter(next, isBrand);
        return Speaks(next, Says) && (!isLower || (!isBrand && (!Verbs.Contains(text) || (RedactionWords.IsGiven(text) && BeginsClause(i)))))
            || (!isLower && !isBrand && (StandsBeforeContact(next) || IsPossessive(next) || IsRoleAfter(next)));

        bool IsAskedForParts() => Left(1) is { Text: "called" or "call" or "contact" or "contacted" or "by" or "email" or "emailed" or "told" or "per" };
    }

    private bool IsSecondName(int i, int next, bool isBrand)
    {
        for (var at = i + 1; at < next; at++)
        {
            if (SortOf(at) is Sort.Plain || (!isBrand && (SortOf(at) is Sort.Unknown || (SortOf(at) is Sort.Initial && GapAfter(at).StartsWith(".")) || HasCapital(at) && SortOf(at) is Sort.Ambiguous && !RedactionWords.Brands.Contains(_tokens[at].Text))))
                return true;
        }
        // "Mack Williams", and "Cat Johnson" where nobody speaks of a bar.
        return next == i + 2 && RedactionWords.IsGiven(_tokens[i].Text) && SortOf(i + 1) is Sort.Ambiguous && HasCapital(i + 1) && (!isBrand || !RedactionWords.Brands.Contains(_tokens[i + 1].Text) || CueBefore(i) != Cue.None);
    }

    private bool IsUnknownName(int i, int next, Cue cue)
    {
        var token = _tokens[i];
        var isSigned = IsSignature(i, next);
        if (token.Text.Length == 2 || (token.Text.Length == 3 && IsUpper(token) && IsMixedCase(i)))
        {
            // Initials: "per TJ", "- tj".
            return isSigned || (cue >= Cue.Role || Left(1) is { Text: "by" }) && (IsUpper(token) || HasCapital(i) || token.Text.Length == 2 && Left(1) is { Text: "per" or "by" }) && !IsNounAfter(next, true);
        }
        if (HasCapital(i))
        {
            if (cue != Cue.None || isSigned || IsAfterName() || next > i + 1 && IsSecondNameOfUnknown(i, next) || Speaks(next, Says) || Speaks(next, Does) || Speaks(next, Is) || StandsBeforeContact(next) || IsPossessive(next) || IsRoleAfter(next))
                return !(Companies.Contains(TextAt(next)) && next == i + 1 && IsUpper(token));
            return false;
        }
        if (cue >= Cue.Strong)
            return true;
        if (token.Text.Length < 3 || LooksLikeWord(token.Text))
            return false;
        return cue == Cue.Role || isSigned || Speaks(next, Says) || StandsBeforeContact(next) || IsRoleAfter(next) || IsAfterName()
            || (IsPossessive(next) && next + 1 < _tokens.Count && Owned.Contains(_tokens[next + 1].Text))
            || (BeginsClause(i) && Speaks(next, Moves))
            // Two words in a row that no note knows.
            || (next > i + 1 && token.Text.Length >= 4 && SortOf(i + 1) is Sort.Unknown or Sort.Plain && (cue != Cue.None || BeginsClause(i)));

        bool IsAfterName() => Left(1) is { Kind: null, Text: "and" or "y" or "or" or "o" } && Left(2) is { Kind: PersonalData.Name };
    }

    private bool BeginsClause(int i) => Left(1) is null || GapBefore(i).IndexOfAny(Stops) >= 0 || GapBefore(i) is ", " or " - " or ": " or " / ";

    private bool IsSecondNameOfUnknown(int i, int next)
    {
        for (var at = i + 1; at < next; at++)
        {
            if (HasCapital(at) && SortOf(at) is not Sort.Initial)
                return true;
        }
        return false;
    }

    private string TextAt(int at) => at < _tokens.Count ? _tokens[at].Text : "";

    /// <summary>How far the name goes that begins at i.</summary>
    private int Grown(int i)
    {
        var next = i + 1;
        while (next < _tokens.Count && next - i < MaxNameTokens)
        {
            var token = _tokens[next];
            var gap = Gap(_tokens[next - 1], token);
            if (token.Kind is not null || HasNewLine(gap))
                break;
            var sort = SortOf(next);
            if (gap is "-")
            {
                if (token.TrueDigits > 0 || token.Text.Length < 2 || (sort == Sort.NoName && !IsTitle(token)) || (IsUpper(token) != IsUpper(_tokens[next - 1])))
                    break;
                next++;
                continue;
            }
            var wasInitial = _tokens[next - 1].Text.Length == 1;
            if (!(gap is " " or "  " || (gap is "." or ". " && (wasInitial || _tokens[next - 1].Text is "ma" or "st" or "jr"))
                || (gap is ", " && Suffixes.Contains(token.Text))))
                break;
            if (Suffixes.Contains(token.Text))
            {
                next++;
                continue;
            }
            if (Particles.Contains(token.Text) && AfterParticles(next) is { } behind)
            {
                next = behind;
                continue;
            }
            var grows = sort switch
            {
                Sort.Plain => true,
                Sort.Initial => IsUpper(token) && (GapAfter(next).StartsWith(".") || next + 1 == _tokens.Count || GapAfter(next).IndexOfAny(",;:)\n") >= 0 || IsMixedCase(next) && token.Text != "a" && token.Text != "i" && !_tokens[next + 1].IsNumeric)
                    || !IsUpper(token) && GapAfter(next).StartsWith("."),
                Sort.Ambiguous => HasCapital(next) ? !IsNounAfter(next + 1, true) : (!Verbs.Contains(token.Text) && !Follow.Contains(token.Text) && !RedactionWords.Brands.Contains(token.Text) && !IsNounAfter(next + 1, true)),
                Sort.Unknown => HasCapital(next) || (token.Text.Length >= 4 && !IsMixedCaseName(next) && !HasWordEnding(token.Text)),
                _ => false,
            };
            if (!grows)
                break;
            next++;
        }
        return next;

        // Where the name so far has capitals, a word without one does not belong to it.
        bool IsMixedCaseName(int at) => HasCapital(i) && !HasCapital(at);
    }

    private int? AfterParticles(int at)
    {
        for (var count = 0; count < 3 && at < _tokens.Count && Particles.Contains(_tokens[at].Text); count++)
        {
            at++;
            if (at < _tokens.Count && (Gap(_tokens[at - 1], _tokens[at]) is not (" " or ". ")))
                return null;
        }
        return at < _tokens.Count && (SortOf(at) is Sort.Plain || (SortOf(at) is Sort.Ambiguous or Sort.Unknown && HasCapital(at)) || (SortOf(at) is Sort.Unknown && _tokens[at].Text.Length >= 4 && !LooksLikeWord(_tokens[at].Text)))
            ? at + 1
            : null;
    }

    private Cue CueBefore(int i)
    {
        if (Left(1) is not { } last)
            return Cue.None;
        var gap = GapBefore(i);
        if (gap.Length > MaxLabelGap || (HasNewLine(gap) && !gap.Contains(':')))
            return Cue.None;
        if (last.Kind is { } kind)
        {
            return kind switch
            {
                PersonalData.Name => gap is "/" or " & " or "&" or " / " ? Cue.Role : gap is ", " ? Cue.Weak : Cue.None,
                PersonalData.Phone or PersonalData.Email => gap.IndexOfAny(".;") >= 0 ? Cue.None : gap.Contains(',') ? Cue.Weak : gap.IndexOfAny("(:/-") >= 0 || gap is " " ? Cue.Role : Cue.None,
                _ => Cue.None,
            };
        }
        // "/s/ Maria"
        if (last.Text == "s" && gap.StartsWith("/"))
            return Cue.Strong;
        var cue = Cue.None;
        var phrase = "";
        for (int back = 1; back <= 2 && Left(back) is { Kind: null } word; back++)
        {
            if (back > 1 && (Gap(word, Left(back - 1)!) is not { Length: <= 3 } between || HasNewLine(between) || between.IndexOfAny(",;:(") >= 0 || (between.Contains('.') && !Shortened.Contains(word.Text))))
                break;
            phrase = back == 1 ? word.Text : word.Text + " " + phrase;
            if (Phrases.TryGetValue(phrase, out var found) && found > cue)
                cue = found;
        }
        if (cue == Cue.None)
            return cue;
        var isRole = Roles.Contains(last.Text) || Titles.Contains(last.Text) || last.Text is "by" or "thanks" or "thx" or "gracias" or "per" or "hi" or "hello" or "hey" or "dear";
        if (gap.Contains('.') && !Shortened.Contains(last.Text))
            return Cue.None;
        if (gap.IndexOfAny(Labelling) >= 0)
            return isRole || gap.StartsWith("/") || gap.IndexOfAny("(\"'") >= 0 ? cue : Cue.None;
        if (gap.Contains(','))
            return isRole && cue != Cue.Title ? Cue.Role : Cue.None;
        return gap.IndexOfAny(";!?=") >= 0 ? Cue.None : cue;
    }

    private static readonly SearchValues<char> Marks = SearchValues.Create(".,;:()!?\n\r\"-\u2013'\u2019");
    private static readonly SearchValues<char> Labelling = SearchValues.Create(":(#-\u2013/\"'");
    private static readonly SearchValues<char> Stops = SearchValues.Create(".;!?\n\r");

    private bool IsNounAfter(int next, bool isBrand)
    {
        if (next >= _tokens.Count)
            return false;
        var gap = Gap(_tokens[next - 1], _tokens[next]);
        var token = _tokens[next];
        if (gap.IndexOfAny("-/") >= 0)
            return gap.IndexOf(' ') < 0;
        if (token.Kind is not null || gap.IndexOfAny(Marks) >= 0)
            return false;
        // A date behind initials.
        if (token.IsNumber && GapAfter(next) is "/" or "-")
            return false;
        return !(Follow.Contains(token.Text) || Says.Contains(token.Text) || Does.Contains(token.Text) || (!isBrand && SortOf(next) is Sort.Plain));
    }

    private bool FollowsPerson(int next)
    {
        if (next >= _tokens.Count)
            return true;
        var gap = Gap(_tokens[next - 1], _tokens[next]);
        return _tokens[next].Kind is not null || gap.IndexOfAny(Stops) >= 0 || gap.Contains(',') || FollowPerson.Contains(_tokens[next].Text) || Says.Contains(_tokens[next].Text);
    }

    private bool Speaks(int next, HashSet<string> verbs)
    {
        if (next < _tokens.Count && Between.Contains(_tokens[next].Text) && Gap(_tokens[next - 1], _tokens[next]) is " ")
            next++;
        return next < _tokens.Count && verbs.Contains(_tokens[next].Text) && Gap(_tokens[next - 1], _tokens[next]) is " " or "  ";
    }

    /// <summary>", driver", "(owner)", "from dispatch".</summary>
    private bool IsRoleAfter(int next) =>
        (next + 1 < _tokens.Count && _tokens[next].Text is "from" or "de" && Gap(_tokens[next - 1], _tokens[next]) is " " && _tokens[next + 1].Text is "dispatch" or "office" or "accounting" or "parts" or "fleet" or "safety" or "corporate" or "maintenance" or "the" or "our")
        || next < _tokens.Count && Gap(_tokens[next - 1], _tokens[next]) is ", " or " (" or " - " or "(" or "/" && Roles.Contains(_tokens[next].Text) && _tokens[next].Text is not ("name" or "nombre" or "attention" or "contact" or "op");

    private bool IsPossessive(int next) =>
        next < _tokens.Count && _tokens[next].Text == "s" && Gap(_tokens[next - 1], _tokens[next]) is [var mark] && RedactionTokens.IsApostrophe(mark);

    /// <summary>"Maria 512-555-0142", "Maria at ray@fleet.com".</summary>
    private bool StandsBeforeContact(int next)
    {
        if (next < _tokens.Count && _tokens[next].Text is "at" or "cell" or "ph" or "phone" or "tel" or "cel" or "mobile" or "al" or "is")
            next++;
        return next < _tokens.Count && _tokens[next].Kind is PersonalData.Phone or PersonalData.Email && Gap(_tokens[next - 1], _tokens[next]) is { Length: <= 3 } gap && gap.IndexOfAny(".;\n") < 0;
    }

    /// <summary>"- TJ" or "Thanks, Maria" where the line ends, or only a date follows.</summary>
    private bool IsSignature(int i, int next)
    {
        var gap = GapBefore(i);
        var mark = gap.Trim();
        var isDash = mark is "-" or "\u2013" or "\u2014" or "--" or "~" or ".-" or ". -" or ". \u2013" or ". \u2014" or "/" && (i == 0 || gap.Length > mark.Length || gap.Contains('.') || gap.Contains('\n'));
        var isThanks = Left(1) is { } before && Thanks.Contains(before.Text) && gap.Length <= MaxLabelGap;
        if (!isDash && !isThanks)
            return false;
        for (var at = next; at < _tokens.Count; at++)
        {
            if (HasNewLine(Gap(_tokens[at - 1], _tokens[at])))
                return true;
            if (!_tokens[at].IsNumber)
                return false;
        }
        return true;
    }

    /// <summary>A slip of the pen or a form that the list of words does not have, rather than a name.</summary>
    private static bool LooksLikeWord(string text) =>
        text.Length >= 5 && (HasWordEnding(text) || RedactionWords.IsMisspelt(text));

    private static bool HasWordEnding(string text) => Array.Exists(WordEndings, ending => text.EndsWith(ending, StringComparison.Ordinal));

    private static readonly string[] WordEndings = ["ing", "tion", "sion", "ment", "ness", "able", "ible", "ence", "less", "ful", "cion", "mente", "iendo", "ated", "ized", "ally"];
}
