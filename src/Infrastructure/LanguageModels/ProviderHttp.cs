using System.Globalization;
using System.Net.Http.Headers;
using Woflo.Application.Enrichment;

namespace Woflo.Infrastructure.LanguageModels;

/// <summary>What one exchange showed, whatever the SDK makes of it: their exceptions differ, and hide headers.</summary>
internal sealed class Exchange
{
    public int? Status { get; set; }

    /// <summary>The body came in whole.</summary>
    public bool IsComplete { get; set; }

    /// <summary>No byte of the request can have reached the provider.</summary>
    public bool IsUnsent { get; set; }

    public TimeSpan? RetryAfter { get; set; }

    /// <summary>The body of an error, in lower case; read for the provider's codes, kept nowhere.</summary>
    public string Error { get; set; } = "";

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>What an exchange that did not succeed came to.</summary>
    public CallOutcome Failure => Status switch
    {
        _ when IsOutOfMoney => CallOutcome.OutOfMoney,
        429 or 529 => CallOutcome.RateLimited,
        503 when RetryAfter is not null => CallOutcome.RateLimited,
        401 or 403 or 404 => CallOutcome.KeyRefused,
        408 or 409 or 425 or >= 500 or < 200 => CallOutcome.Unreachable,
        _ => CallOutcome.Rejected,
    };

    // An empty account answers 402, or 429 and 400 with a code of its own.
    private bool IsOutOfMoney => Status == 402 || (Status is 400 or 403 or 429
        && OutOfMoneyWords.Any(word => Error.Contains(word, StringComparison.Ordinal)));

    private static readonly string[] OutOfMoneyWords =
        ["insufficient_quota", "billing_error", "billing_hard_limit", "billing_not_active", "spend_limit", "spend limit", "credit balance", "payment_required"];
}

/// <summary>Sits below the SDKs, sees each exchange, and bounds what is read of it.</summary>
internal sealed class ProviderHttp(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private const int MaxBodyBytes = 4 * 1024 * 1024;
    private const int MaxErrorLength = 16_384;

    private static readonly AsyncLocal<Exchange?> Current = new();

    /// <summary>The exchanges that the caller begins from here on are seen in what is returned.</summary>
    public static Exchange Watch() => Current.Value = new Exchange();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = Current.Value ?? new Exchange();
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            exchange.IsUnsent = exception.HttpRequestError
                is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
            throw;
        }
        exchange.Status = (int)response.StatusCode;
        exchange.RetryAfter = RetryAfter(response.Headers);
        await response.Content.LoadIntoBufferAsync(MaxBodyBytes, cancellationToken);
        if (!exchange.IsSuccess)
        {
            var error = await response.Content.ReadAsStringAsync(cancellationToken);
            exchange.Error = error[..Math.Min(error.Length, MaxErrorLength)].ToLowerInvariant();
        }
        exchange.IsComplete = true;
        return response;
    }

    /// <summary>Seconds, with or without a fraction, or a date; null where it says nothing that can be read.</summary>
    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        if (Value("retry-after-ms") is { } milliseconds && Number(milliseconds) is { } ms)
            return Span(ms / 1000);
        if (Value("Retry-After") is not { } said)
            return null;
        if (Number(said) is { } seconds)
            return Span(seconds);
        return DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Span((at - time.GetUtcNow()).TotalSeconds) : null;

        string? Value(string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

        static double? Number(string text) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

        static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds));
    }
}
