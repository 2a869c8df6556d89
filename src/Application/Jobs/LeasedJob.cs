using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>A job and the right to end it: every later write names <paramref name="Fence"/>, which is new with each claim.</summary>
public sealed record LeasedJob(Job Job, Guid Fence);
