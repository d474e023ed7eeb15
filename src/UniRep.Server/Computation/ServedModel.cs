using UniRep.Server.Errors;

namespace UniRep.Server.Computation;

/// <summary>The model that the server computes with.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">The version of the program, as responses give it.</param>
public sealed record ServedModel(Model Model, string Version)
{
    /// <summary>Gets the name by which requests ask for it.</summary>
    public string Name => Model.Card.Name;

    /// <summary>Gets the number of hidden units H.</summary>
    public int Units => Model.Shape.Units;

    /// <summary>Gets when the server began to serve it.</summary>
    public DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    /// <summary>Refuses a request for another model, and one that names none.</summary>
    internal void Require(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new RequestException(
                StatusCodes.Status400BadRequest,
                "missing_field",
                $"'model' is missing: this server has {Name}."
            )
            {
                Field = "model",
            };
        }

        RequireIfGiven(name);
    }

    /// <summary>Refuses a request for vectors of another length than they have, if it names one.</summary>
    internal void RequireDimensions(int? dimensions, int length)
    {
        if (dimensions is { } asked && asked != length)
        {
            throw RequestException.BadField(
                "dimensions",
                $"'dimensions' must be {length}, the length of these vectors of {Name}: a vector is not cut short."
            );
        }
    }

    /// <summary>Refuses a request for another model.</summary>
    internal void RequireIfGiven(string? name)
    {
        if (name is not null && name != Name)
        {
            throw new RequestException(
                StatusCodes.Status404NotFound,
                "model_not_found",
                $"This server has no such model: it has {Name}."
            )
            {
                Field = "model",
            };
        }
    }
}
