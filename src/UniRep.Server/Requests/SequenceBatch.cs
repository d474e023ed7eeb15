using Microsoft.Extensions.Options;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;

namespace UniRep.Server.Requests;

/// <summary>The sequences of a request, within the limits.</summary>
internal sealed record SequenceBatch(Sequence[] Sequences, long Residues);

/// <summary>Reads the sequences of requests, and refuses those that the limits do not allow.</summary>
internal sealed class SequenceReader(IOptions<ServerOptions> options)
{
    private readonly ServerOptions _limits = options.Value;

    /// <summary>Reads strict letters: the 26 upper-case ones.</summary>
    /// <param name="input">The texts; null if the field is missing.</param>
    /// <param name="field">The name of the field, for messages.</param>
    /// <param name="valuesOf">How many numbers the request asks back for a sequence of so many residues.</param>
    public SequenceBatch Read(SequenceInput? input, string field, Func<int, long> valuesOf)
    {
        var texts =
            input?.Texts
            ?? throw new RequestException(
                StatusCodes.Status400BadRequest,
                "missing_field",
                $"'{field}' is missing: a sequence, or an array of sequences."
            )
            {
                Field = field,
            };
        if (texts.Count == 0)
        {
            throw RequestException.BadField(field, $"'{field}' holds no sequence.");
        }

        if (texts.Count > _limits.MaxSequences)
        {
            throw TooLarge(
                field,
                "too_many_sequences",
                $"The request has {texts.Count} sequences; {_limits.MaxSequences} are allowed. Send several requests.",
                null
            );
        }

        return Read(texts, field, valuesOf);
    }

    private SequenceBatch Read(IReadOnlyList<string> texts, string field, Func<int, long> valuesOf)
    {
        var sequences = new Sequence[texts.Count];
        var (residues, values) = (0L, 0L);
        for (var i = 0; i < sequences.Length; i++)
        {
            var text = texts[i];
            if (text.Length > _limits.MaxSequenceResidues)
            {
                throw TooLarge(
                    field,
                    "sequence_too_long",
                    $"Sequence {i} (counted from 0) has {text.Length} letters; {_limits.MaxSequenceResidues} are allowed. Nothing is cut off.",
                    i
                );
            }

            sequences[i] = Parse(text, field, i);
            residues += sequences[i].Length;
            values += valuesOf(sequences[i].Length);
            if (residues > _limits.MaxRequestResidues)
            {
                throw TooLarge(
                    field,
                    "too_many_residues",
                    $"With sequence {i} (counted from 0) the request has {residues} residues; {_limits.MaxRequestResidues} are allowed. Send several requests.",
                    i
                );
            }

            if (values > _limits.MaxResponseValues)
            {
                throw TooLarge(
                    field,
                    "response_too_large",
                    $"With sequence {i} (counted from 0) the response would have {values} numbers; {_limits.MaxResponseValues} are allowed. Send several requests, or ask for less of each sequence.",
                    i
                );
            }
        }

        return new SequenceBatch(sequences, residues);
    }

    private static Sequence Parse(string text, string field, int index)
    {
        var parsed = SequenceModule.parse(text);
        if (parsed.IsOk)
        {
            return parsed.ResultValue;
        }

        var error = parsed.ErrorValue;
        throw new RequestException(
            StatusCodes.Status422UnprocessableEntity,
            "invalid_sequence",
            $"Sequence {index} (counted from 0): {error.Message}"
        )
        {
            Field = field,
            Index = index,
            Position = error is SequenceError.UnknownResidue unknown ? unknown.position : null,
        };
    }

    private static RequestException TooLarge(
        string field,
        string code,
        string message,
        int? index
    ) => new(StatusCodes.Status413PayloadTooLarge, code, message) { Field = field, Index = index };
}
