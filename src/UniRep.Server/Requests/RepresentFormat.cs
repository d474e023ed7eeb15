using Microsoft.Net.Http.Headers;
using UniRep.Server.Errors;

namespace UniRep.Server.Requests;

/// <summary>The media types of <c>POST /v1/represent</c>.</summary>
internal static class RepresentFormat
{
    public const string Json = "application/json";
    public const string Npy = "application/x-npy";
    public const string Npz = "application/x-npz";
    public const string Arrow = "application/vnd.apache.arrow.stream";

    /// <summary>Gets all of them, the usual one first.</summary>
    public static IReadOnlyList<string> All { get; } = [Json, Npy, Npz, Arrow];

    /// <summary>Chooses what the header Accept likes best; JSON if it likes everything alike.</summary>
    public static string Choose(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return Json;
        }

        return All.Select(type => (Type: type, Quality: QualityOf(type, accepted)))
                .Where(choice => choice.Quality > 0)
                .OrderByDescending(choice => choice.Quality)
                .Select(choice => choice.Type)
                .FirstOrDefault()
            ?? throw new RequestException(
                StatusCodes.Status406NotAcceptable,
                "not_acceptable",
                $"The header Accept must name one of {string.Join(", ", All)}."
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
