using Microsoft.Net.Http.Headers;
using UniRep.Server.Errors;

namespace UniRep.Server.Requests;

/// <summary>Chooses the media type of a response by the header Accept.</summary>
internal static class AcceptedType
{
    /// <summary>Chooses what the header likes best; the first type if it likes everything alike.</summary>
    /// <param name="request">The request.</param>
    /// <param name="types">The types that there are, the usual one first.</param>
    public static string Choose(HttpRequest request, IReadOnlyList<string> types)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return types[0];
        }

        return types
                .Select(type => (Type: type, Quality: QualityOf(type, accepted)))
                .Where(choice => choice.Quality > 0)
                .OrderByDescending(choice => choice.Quality)
                .Select(choice => choice.Type)
                .FirstOrDefault()
            ?? throw new RequestException(
                StatusCodes.Status406NotAcceptable,
                "not_acceptable",
                $"The header Accept must name one of {string.Join(", ", types)}."
            );
    }

    /// <summary>The range that fits a type most closely decides.</summary>
    private static double QualityOf(string type, IList<MediaTypeHeaderValue> accepted)
    {
        var media = new MediaTypeHeaderValue(type);
        return
            accepted
                .Where(media.IsSubsetOf)
                .OrderBy(range =>
                    range.MatchesAllTypes ? 2
                    : range.MatchesAllSubTypes ? 1
                    : 0
                )
                .FirstOrDefault()
                is { } best
            ? best.Quality ?? 1
            : 0;
    }
}
