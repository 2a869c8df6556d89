using Woflo.Domain.Enrichment;

namespace Woflo.Application.Tests.Enrichment;

/// <summary>Answers written for the tests, as a model would give them; no model was asked.</summary>
internal static class WrittenAnswers
{
    public const string Notes = "Left front air leak at brake chamber, SPN 4364 FMI 18 active. Pulls left when cold.";

    public static readonly IReadOnlyDictionary<EnrichmentStep, string> Good = new Dictionary<EnrichmentStep, string>
    {
        [EnrichmentStep.Extract] = """
            {"complaint":"Left front air leak at brake chamber","symptoms":[{"name":"air_leak","evidence":"air leak"}],
             "conditions":[{"name":"cold","evidence":"when cold"}],"fault_codes":["SPN 4364 FMI 18"],"confidence":0.9}
            """,
        [EnrichmentStep.Classify] = """
            {"category":"brakes","secondary_category":null,"safety_critical":true,"suggested_priority":5,"evidence":["air leak at brake chamber"],"confidence":0.9}
            """,
        [EnrichmentStep.Estimate] = """
            {"hours_low":2,"hours_high":3.5,"required_bay_type":"general","skills":["brakes"],"tools":["brake_gauge"],
             "task_plan":[{"type":"diagnose","minutes_low":30,"minutes_high":45,"skill":"brakes"},{"type":"repair","minutes_low":60,"minutes_high":120,"skill":"brakes"},
              {"type":"qa_test","minutes_low":15,"minutes_high":15,"skill":null},{"type":"road_test","minutes_low":10,"minutes_high":20,"skill":null},
              {"type":"paperwork","minutes_low":5,"minutes_high":10,"skill":null}],"evidence":["brake chamber"],"confidence":0.7}
            """,
        [EnrichmentStep.Risk] = """
            {"oos_risk":"likely","oos_category":"brakes","drivable":"unknown","findings":[{"name":"brakes","evidence":"air leak at brake chamber"}],
             "missing_information":["mileage"],"confidence":0.8}
            """,
    };
}

/// <summary>What becomes of a text that is damaged somewhere.</summary>
internal static class Mutilation
{
    private static readonly string[] Splinters =
        ["\"", "{", "}", "[", "]", ",", ":", "null", "true", "1e400", "-1", "NaN", "\\", "\\u0000", "\\ud800", "//", "\0", "\ufeff", "\ud83d", "{}", "```", "  ", "é", "\"x\":1,"];

    public static string Of(string text, Random random)
    {
        for (var cuts = random.Next(1, 4); cuts > 0 && text.Length > 0; cuts--)
        {
            var (from, length) = (random.Next(text.Length), random.Next(1, 12));
            var to = Math.Min(text.Length, from + length);
            text = random.Next(4) switch
            {
                0 => text[..from] + text[to..],
                1 => text[..from] + Splinters[random.Next(Splinters.Length)] + text[from..],
                2 => text[..from] + Splinters[random.Next(Splinters.Length)] + text[to..],
                _ => text[..to] + text[from..],
            };
        }
        return text;
    }
}
