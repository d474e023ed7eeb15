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
    public static string Choose(HttpRequest request) => AcceptedType.Choose(request, All);
}
