using Microsoft.Extensions.Options;
using Microsoft.FSharp.Core;
using UniRep.Design;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;

namespace UniRep.Server.Requests;

/// <summary>What <c>POST /v1/generate</c> takes.</summary>
public sealed record GenerateRequest
{
    /// <summary>The name of the model; the one that is loaded unless it is set.</summary>
    public string? Model { get; init; }

    /// <summary>The number of sequences; 1 unless it is set.</summary>
    public int? N { get; init; }

    /// <summary>The seed; 0 unless it is set. The same seed gives the same sequences.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The residues that every sequence begins with; none unless it is set.</summary>
    public string? Prefix { get; init; }

    /// <summary>Divides the logits; 1 unless it is set. 0 takes the most probable token always.</summary>
    public double? Temperature { get; init; }

    /// <summary>Samples among this many most probable tokens only.</summary>
    public int? TopK { get; init; }

    /// <summary>Samples among the most probable tokens only that have this probability together.</summary>
    public double? TopP { get; init; }

    /// <summary>The least number of residues, with those of the prefix; 1 unless it is set.</summary>
    public int? MinLength { get; init; }

    /// <summary>The most residues, with those of the prefix; 1,000 unless it is set, or what the server allows if that is
    /// less. Longer sequences are cut.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The letters that are drawn; the 20 standard residues unless it is set.</summary>
    public string? Letters { get; init; }
}

/// <summary>Reads what to generate, and refuses what the limits do not allow.</summary>
internal sealed class GenerateReader(IOptions<ServerOptions> options)
{
    private readonly ServerOptions _limits = options.Value;

    /// <summary>Reads the options of sampling.</summary>
    /// <exception cref="RequestException">One is out of its range, or the limits do not allow so much.</exception>
    public BabbleOptions Read(GenerateRequest request)
    {
        var usual = BabbleOptionsModule.defaults;
        var sampling = new BabbleOptions(
            request.N ?? usual.Count,
            request.Seed ?? usual.Seed,
            request.Prefix is { Length: > 0 } prefix ? Parse(prefix) : null,
            request.Temperature ?? usual.Temperature,
            request.TopK is { } topK ? FSharpOption<int>.Some(topK) : null,
            request.TopP is { } topP ? FSharpOption<double>.Some(topP) : null,
            request.MinLength ?? usual.MinLength,
            request.MaxLength ?? Math.Min(usual.MaxLength, _limits.MaxSequenceResidues),
            request.Letters ?? usual.Letters
        );
        var result = BabbleOptionsModule.check(sampling);
        if (result.IsError)
        {
            throw Refusal(result.ErrorValue);
        }

        RequireWithinLimits(sampling);
        return sampling;
    }

    private static FSharpOption<Sequence> Parse(string prefix)
    {
        var parsed = SequenceModule.parse(prefix);
        if (parsed.IsOk)
        {
            return FSharpOption<Sequence>.Some(parsed.ResultValue);
        }

        throw new RequestException(
            StatusCodes.Status422UnprocessableEntity,
            "invalid_sequence",
            $"The prefix: {parsed.ErrorValue.Message}"
        )
        {
            Field = "prefix",
            Position = parsed.ErrorValue is SequenceError.UnknownResidue unknown
                ? unknown.position
                : null,
        };
    }

    private void RequireWithinLimits(BabbleOptions sampling)
    {
        if (sampling.Count > _limits.MaxSequences)
        {
            throw TooLarge(
                "n",
                "too_many_sequences",
                $"The request asks for {sampling.Count} sequences; {_limits.MaxSequences} are allowed. Send several requests with other seeds."
            );
        }

        if (sampling.MaxLength > _limits.MaxSequenceResidues)
        {
            throw TooLarge(
                "max_length",
                "sequence_too_long",
                $"'max_length' is {sampling.MaxLength}; {_limits.MaxSequenceResidues} residues are allowed."
            );
        }

        var residues = (long)sampling.Count * sampling.MaxLength;
        if (residues > _limits.MaxRequestResidues)
        {
            throw TooLarge(
                "max_length",
                "too_many_residues",
                $"{sampling.Count} sequences of at most {sampling.MaxLength} residues may have {residues} residues; {_limits.MaxRequestResidues} are allowed. Ask for less with 'n' or 'max_length'."
            );
        }
    }

    private static RequestException Refusal(BabbleError error) =>
        RequestException.BadField(
            error switch
            {
                { IsCount: true } => "n",
                { IsTemperature: true } => "temperature",
                { IsTopK: true } => "top_k",
                { IsTopP: true } => "top_p",
                { IsLengths: true } => "max_length",
                { IsStartTooLong: true } => "prefix",
                _ => "letters",
            },
            $"{char.ToUpperInvariant(error.Message[0])}{error.Message[1..]}."
        );

    private static RequestException TooLarge(string field, string code, string message) =>
        new(StatusCodes.Status413PayloadTooLarge, code, message) { Field = field };
}
