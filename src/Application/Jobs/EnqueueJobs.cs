using System.Text;
using FluentValidation;
using FluentValidation.Results;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Puts jobs into the queue, all or none, in one statement; those that fall due together start in this order.</summary>
/// <param name="Item">How an error calls the job it is about, before its number from 1; null: it is the only one.</param>
/// <returns>One answer a job, in their order.</returns>
public sealed record EnqueueJobs(IReadOnlyList<EnqueueJob> Jobs, string? Item = "job") : IRequest<IReadOnlyList<EnqueuedJob>>
{
    public const int MaxJobs = 100_000;

    /// <summary>Of all payloads together.</summary>
    public const int MaxBytes = 64 * 1_048_576;

    internal string Name(int index) => Item is null ? "" : $"{Item} {index + 1}: ";
}

internal sealed class EnqueueJobsValidator : AbstractValidator<EnqueueJobs>
{
    // A file of the wrong kind is wrong in every line.
    private const int MaxErrors = 10;

    public EnqueueJobsValidator(IValidator<EnqueueJob> each) => RuleFor(enqueue => enqueue).Custom((enqueue, context) =>
    {
        if (enqueue.Jobs.Count > EnqueueJobs.MaxJobs || enqueue.Jobs.Sum(job => (long)Encoding.UTF8.GetByteCount(job.Payload)) > EnqueueJobs.MaxBytes)
        {
            context.AddFailure($"more than {EnqueueJobs.MaxJobs} jobs, or {EnqueueJobs.MaxBytes} bytes of payload, at once.");
            return;
        }
        var errors = enqueue.Jobs.SelectMany((job, index) => each.Validate(job).Errors.Select(error => enqueue.Name(index) + error.ErrorMessage));
        foreach (var error in errors.Take(MaxErrors))
            context.AddFailure(error);
    });
}

internal sealed class EnqueueJobsHandler(IEnqueueStore queue) : IRequestHandler<EnqueueJobs, IReadOnlyList<EnqueuedJob>>
{
    public async Task<IReadOnlyList<EnqueuedJob>> Handle(EnqueueJobs request, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.Enqueue(request.Jobs, cancellationToken);
        }
        catch (NoSuchOrganisationException exception)
        {
            throw new ValidationException(request.Jobs
                .Select((job, index) => (job.OrgId, Index: index))
                .Where(job => exception.OrgIds.Contains(job.OrgId))
                .Take(1)
                .Select(job => new ValidationFailure(nameof(job.OrgId), $"{request.Name(job.Index)}org: there is no organisation {job.OrgId}.")));
        }
    }
}
