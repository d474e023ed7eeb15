using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Observability;
using UniRep.Server.Requests;

namespace UniRep.Server.Inference;

/// <summary>Answers requests of the Open Inference Protocol, whatever carries them: HTTP and gRPC differ in how they write
/// tensors, and in nothing else.</summary>
internal sealed class InferenceRun(ServedModel served, SequenceReader reader, EmbeddingQueue queue)
{
    /// <summary>The name of the input.</summary>
    public const string Input = "sequence";

    /// <summary>The type of the input.</summary>
    public const string InputType = "BYTES";

    /// <summary>What the server computes with, as the protocol calls it.</summary>
    public const string Platform = "unirep";

    /// <summary>The extension of the protocol that the server has.</summary>
    public const string BinaryExtension = "binary_tensor_data";

    /// <summary>Gets the version of the model: the SHA-256 of its parameters, so that a client who names it never gets
    /// the numbers of other weights.</summary>
    public string Version => served.Model.Fingerprint;

    /// <summary>Gets what the model gives.</summary>
    public IReadOnlyList<InferenceOutput> Outputs { get; } = InferenceOutput.All(served);

    /// <summary>Refuses a request for another model, or for another version of it.</summary>
    public void Require(string model, string? version)
    {
        served.Require(model);
        if (!string.IsNullOrEmpty(version) && version != Version)
        {
            throw new RequestException(
                StatusCodes.Status404NotFound,
                "version_not_found",
                $"{served.Name} has no such version: it has {Version}."
            )
            {
                Field = "version",
            };
        }
    }

    /// <summary>Finds an output by its name.</summary>
    public InferenceOutput OutputOf(string? name) =>
        Outputs.FirstOrDefault(output => output.Name == name)
        ?? throw RequestException.BadField(
            "outputs",
            $"There is no such output: there are {string.Join(", ", Outputs.Select(output => output.Name))}."
        );

    /// <summary>Refuses an input that is not the one that the model takes.</summary>
    /// <returns>The number of sequences, by its shape [N] or [N, 1].</returns>
    public static long RequireInput(string? name, string? datatype, IReadOnlyList<long> shape)
    {
        if (name != Input)
        {
            throw RequestException.BadField(
                "inputs",
                $"The model has one input, named '{Input}': there is no other."
            );
        }

        if (datatype != InputType)
        {
            throw RequestException.BadField(
                "inputs",
                $"The datatype of '{Input}' must be {InputType}: an element is the letters of one sequence."
            );
        }

        return shape switch
        {
            [>= 0 and var count] => count,
            [>= 0 and var count, 1] => count,
            _ => throw RequestException.BadField(
                "inputs",
                $"The shape of '{Input}' must be [N] or [N, 1], for N sequences."
            ),
        };
    }

    /// <summary>Refuses a request with another number of inputs than one.</summary>
    public static void RequireOneInput(int count)
    {
        if (count != 1)
        {
            throw RequestException.BadField(
                "inputs",
                $"'inputs' must hold one tensor, named '{Input}', not {count}."
            );
        }
    }

    /// <summary>Refuses texts that are not as many as the shape says.</summary>
    public static void RequireCount(long expected, long count)
    {
        if (expected != count)
        {
            throw RequestException.BadField(
                "inputs",
                $"By its shape '{Input}' has {expected} elements, but {count} are given."
            );
        }
    }

    /// <summary>Computes the outputs of sequences.</summary>
    /// <param name="context">The request, for its client.</param>
    /// <param name="texts">The letters of the sequences.</param>
    /// <param name="outputs">The outputs, in the order of the response.</param>
    /// <param name="cancellation">Gives the sequences up, within a step.</param>
    public async Task<IReadOnlyList<InferenceTensor>> ComputeAsync(
        HttpContext context,
        IReadOnlyList<string> texts,
        IReadOnlyList<InferenceOutput> outputs,
        CancellationToken cancellation
    )
    {
        var width = outputs.Sum(output => (long)output.Width(served.Units));
        var batch = reader.Read(new SequenceInput(texts, false), Input, _ => width);
        var results = await queue.ComputeAsync(
            InferenceOutputs.For(outputs),
            batch,
            context.Info().Take(batch),
            cancellation
        );
        return [.. outputs.Select(output => new InferenceTensor(output, results, served.Units))];
    }
}
