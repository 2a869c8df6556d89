using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Raises an alarm once when jobs of a type begin to fail for want of a key or of money, and ends it with the next success.</summary>
internal sealed class FailureAlarm(ILogger<FailureAlarm> log)
{
    private readonly ConcurrentDictionary<string, FailureClass> _raised = new();

    public void Failed(string jobType, FailureClass failure)
    {
        if (failure.RaisesAlarm && (!_raised.TryGetValue(jobType, out var before) || before != failure))
        {
            _raised[jobType] = failure;
            log.AlarmRaised(jobType, failure.Name);
        }
    }

    public void Succeeded(string jobType)
    {
        if (_raised.TryRemove(jobType, out var failure))
            log.AlarmEnded(jobType, failure.Name);
    }
}
