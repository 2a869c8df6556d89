using FluentValidation;
using MediatR;

namespace Woflo.Application.Pipeline;

/// <summary>Refuses a command that breaks its rules before any handler sees it.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private readonly IValidator<TRequest>[] _validators = [.. validators];

    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in _validators)
        {
            if (validator.Validate(request) is { IsValid: false } result)
                return Task.FromException<TResponse>(new ValidationException(result.Errors));
        }
        return next();
    }
}
