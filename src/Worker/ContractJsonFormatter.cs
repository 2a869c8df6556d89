using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace Woflo.Worker;

/// <summary>One JSON object a line: the event's name and its fields, and the four fields that the old dashboards read
/// (<c>asctime</c>, <c>levelname</c>, <c>name</c>, <c>message</c>).</summary>
internal sealed class ContractJsonFormatter(string workerId) : ITextFormatter
{
    private const int MaxTextLength = 8_000;

    // Quotes and letters as they are: these lines are read by people, too, and never put into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            var (level, levelName) = Level(logEvent.Level);
            var ours = EventName(logEvent);
            var source = logEvent.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string context } ? context : "Woflo";
            json.WriteStartObject();
            json.WriteString("timestamp", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", level);
            json.WriteString("event", ours ?? "log");
            json.WriteString("asctime", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture));
            json.WriteString("levelname", levelName);
            json.WriteString("name", source);
            json.WriteString("message", ours ?? Bounded(logEvent.RenderMessage(CultureInfo.InvariantCulture)));
            json.WriteString("worker_id", workerId);
            foreach (var (name, value) in logEvent.Properties)
            {
                if (name is "SourceContext" or "EventId" or "worker_id")
                    continue;
                json.WritePropertyName(name);
                Write(json, value);
            }
            if (logEvent.Exception is { } exception)
                json.WriteString("exception", Bounded(exception.ToString()));
            json.WriteEndObject();
        }
        output.Write(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        output.Write('\n');
    }

    private static string? EventName(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id
        && id.Properties.FirstOrDefault(property => property.Name == "Name")?.Value is ScalarValue { Value: string name } ? name : null;

    private static (string Level, string LevelName) Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => ("debug", "DEBUG"),
        LogEventLevel.Information => ("info", "INFO"),
        LogEventLevel.Warning => ("warning", "WARNING"),
        LogEventLevel.Error => ("error", "ERROR"),
        _ => ("critical", "CRITICAL"),
    };

    private static void Write(Utf8JsonWriter json, LogEventPropertyValue property)
    {
        switch (property is ScalarValue scalar ? scalar.Value : property)
        {
            case null:
                json.WriteNullValue();
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case string text:
                json.WriteStringValue(Bounded(text));
                break;
            case IFormattable value:
                json.WriteStringValue(value.ToString(null, CultureInfo.InvariantCulture));
                break;
            case var other:
                json.WriteStringValue(Bounded(other.ToString() ?? ""));
                break;
        }
    }

    private static string Bounded(string text) => text.Length <= MaxTextLength ? text : text[..MaxTextLength] + "…";
}
